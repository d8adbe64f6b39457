#include "report/manual.h"

#include "core/printable.h"
#include "core/text.h"
#include "report/paragraph.h"

namespace v2only::report {

std::string manual_lines(const std::vector<std::string>& lines, std::string_view indent,
                         const Style& style) {
  std::string out;
  for (const auto& line : lines) {
    const bool command = trim(line).starts_with("aws ");
    auto text = std::string(indent) + printable(line);
    if (command || width_of(text) <= style.width) {
      out += text + '\n';
      continue;
    }
    const auto own = line.substr(0, line.find_first_not_of(' '));
    const auto first = std::string(indent) + own;
    out += paragraph(line, style, first, first + "   ");
  }
  return out;
}

}  // namespace v2only::report
