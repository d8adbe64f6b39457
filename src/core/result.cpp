#include "core/result.h"

namespace v2only {

// Half of the texts are somebody else's: a full stop may be there already, or a capital be missing.
std::string to_string(const Error& error) {
  std::string line = error.on.empty() ? error.what : error.on + ": " + error.what;
  if (error.hint.empty()) return line;
  line += line.ends_with('.') ? " " : ". ";
  const auto begin = line.size();
  line += error.hint;
  const char first = line[begin];
  const bool flag_or_path = error.hint.find_first_of("=/_") < error.hint.find(' ');
  if (first >= 'a' && first <= 'z' && !flag_or_path)
    line[begin] = static_cast<char>(first - 'a' + 'A');
  return line;
}

}  // namespace v2only
