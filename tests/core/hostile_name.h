// A tag's value that tries everything: escapes, C1 controls, line breaks, a right-to-left override,
// bytes that are no UTF-8, wide characters, and length.
#pragma once

#include <string>

namespace v2only::test {

// NOLINTBEGIN(misc-misleading-bidirectional): that is what it is for
inline std::string hostile_name() {
  std::string name = "a\x1b[2J\x1b]0;owned\x07";
  name +=
      "\xC2\x9B"
      "31m";  // U+009B, the C1 form of ESC [
  name += "\n\r\tb";
  name +=
      "\xE2\x80\xAE"
      "gpj.exe";                       // U+202E
  name += "\xFF\xC0\x80";              // never UTF-8
  name += "\xE6\xBC\xA2\xE5\xAD\x97";  // two wide characters
  name += "e\xCC\x81";                 // e and a combining acute accent
  return name + std::string(180, 'x');
}
// NOLINTEND(misc-misleading-bidirectional)

}  // namespace v2only::test
