// Running text within the terminal's width.
#pragma once

#include <string>
#include <string_view>

#include "report/style.h"

namespace v2only::report {

// The text as lines that fit the style's width: the first begins with `first`, the others with
// `rest`. Breaks at blanks, which are kept within a line; a word that is longer than a line is cut.
// Made printable first.
std::string paragraph(std::string_view text, const Style& style, std::string_view first = {},
                      std::string_view rest = {});

}  // namespace v2only::report
