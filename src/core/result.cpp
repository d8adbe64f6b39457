#include "core/result.h"

namespace v2only {

std::string to_string(const Error& error) {
  std::string line = error.on.empty() ? error.what : error.on + ": " + error.what;
  if (!error.hint.empty()) line += ". " + error.hint;
  return line;
}

}  // namespace v2only
