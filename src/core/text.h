// Small, pure text helpers that several rooms need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace v2only {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

// AWS's filter wildcards: * any run, ? any one; case matters.
bool matches_wildcard(std::string_view pattern, std::string_view text);

// Whole text as a decimal number, no sign, no blanks; nothing on overflow.
std::optional<std::uint64_t> parse_number(std::string_view text);

std::string to_hex(std::string_view bytes);
// With padding, as RFC 4648 part 4 has it.
std::string to_base64(std::string_view bytes);
// Whole groups of four and padding at the end only; nothing for a text that is none.
std::optional<std::string> from_base64(std::string_view text);

// "3 instances", "1 instance".
std::string count_of(std::size_t count, std::string_view singular, std::string_view plural = {});

// At most `limit` bytes of somebody else's text on one line, made printable, runs of blanks as one;
// cuts fall between UTF-8 characters, and a cut shows as "…".
std::string one_line(std::string_view text, std::size_t limit = 200);

// A word as a POSIX shell would need it: quoted only where it has to be.
std::string shell_quote(std::string_view word);

}  // namespace v2only
