// Somebody else's text, made safe to show. Tags, names and messages can hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace v2only {

// One line without escapes: control characters (C0, DEL, C1) become blanks; what is no UTF-8, what
// reorders a line (bidirectional controls) and what cannot be seen becomes U+FFFD.
std::string printable(std::string_view text);

// UTF-8 as it is, other bytes as U+FFFD: for JSON, whose texts must be UTF-8.
std::string valid_utf8(std::string_view text);

// The columns that a terminal gives the text: none for combining marks, two for wide characters.
std::size_t width_of(std::string_view text);

// At most `width` columns; what is cut off, at the end, shows as "…".
std::string shorten(std::string_view text, std::size_t width);

// Splits off as many whole characters from the front as fit into `width`, at least one.
std::string_view take_columns(std::string_view& text, std::size_t width);

}  // namespace v2only
