// How text is to be laid out: for a terminal of some width, with or without colour.
#pragma once

#include <cstddef>

namespace v2only::report {

struct Style {
  std::size_t width = 80;  // columns; tables and paragraphs keep within it where they can
  bool colour = false;     // only on a terminal, never with NO_COLOR, never the sole carrier
};

}  // namespace v2only::report
