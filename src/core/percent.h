// Percent-encoding of URLs, as SigV4 wants it too: A-Z a-z 0-9 - _ . ~ stay, every other
// byte becomes %XX in upper case.
#pragma once

#include <string>
#include <string_view>

namespace v2only {

// `keep`: further bytes that stay as they are ("/" for a path).
std::string percent_encode(std::string_view text, std::string_view keep = {});
void append_percent_encoded(std::string& out, std::string_view text, std::string_view keep = {});

// A "%" without two hexadecimal digits after it stays a "%".
std::string percent_decode(std::string_view text);

}  // namespace v2only
