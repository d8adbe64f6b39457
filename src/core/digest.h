// SHA-256 and HMAC-SHA-256, from OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace v2only {

// 32 raw bytes.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace v2only
