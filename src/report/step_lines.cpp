#include "report/step_lines.h"

#include <fmt/format.h>

#include "core/printable.h"
#include "report/colour.h"
#include "report/paragraph.h"
#include "report/words.h"

namespace v2only::report {
namespace {

bool shows_options(const fleet::Evidence& evidence) {
  return evidence.what.find("HttpTokens=") != std::string::npos;
}

}  // namespace

std::string diff_lines(const fleet::Step& step, std::string_view indent, const Style& style) {
  std::string out;
  for (const auto field : fleet::kOptionFields) {
    const auto& after = step.set.get(field);
    if (!after) continue;
    const auto before = step.observed.get(field).value_or("(not observed)");
    const auto value = printable(before) + " -> " + printable(*after);
    out += fmt::format("{}{} {:<23}  {}\n", indent, paint("~", Tone::kWarning, style),
                       name_of(field), paint(value, Tone::kStrong, style));
  }
  return out;
}

std::string why_lines(const fleet::PlannedUnit& unit, const Style& style) {
  std::string out;
  for (const auto& reason : unit.reasons)
    out += paragraph(reason, style, "      why   ", "            ");
  for (const auto& evidence : unit.evidence) {
    if (shows_options(evidence) || evidence.mark) continue;
    out += paragraph(evidence.what + " (" + evidence.source + ", " + shown(evidence.at) + ")",
                     style, "      seen  ", "            ");
  }
  return out;
}

}  // namespace v2only::report
