#include "report/run_section.h"

#include "report/paragraph.h"
#include "report/soak_view.h"
#include "report/words.h"

namespace v2only::report {
namespace {

constexpr std::string_view kBelow = "      ";

std::string row_lines(const RunView& run, const RunRow& row, const Style& style) {
  auto words = step_in_words(*row.step);
  if (const auto code = code_of(row); !code.empty()) words += "  " + code;
  auto out = paragraph(words, style, "  ", kBelow);
  if (const auto reason = reason_of(row); !reason.empty()) {
    out += paragraph(reason, style, kBelow, kBelow);
  }
  const auto soak = soak_of(*run.plan, *row.unit, seen_at(run));
  if (!soak) return out;
  out += paragraph(soak_in_words(*soak, seen_at(run)), style, kBelow, kBelow);
  if (!soak->trouble.empty()) out += paragraph(soak->trouble, style, kBelow, kBelow);
  return out;
}

}  // namespace

std::string section_lines(const RunView& run, const std::vector<RunRow>& rows,
                          const Section& section, const Style& style) {
  std::string out;
  std::size_t count = 0;
  for (const auto& row : rows) {
    if (row.standing != section.standing) continue;
    if (++count <= section.limit.value_or(count)) out += row_lines(run, row, style);
  }
  if (count == 0) return {};
  if (count > section.limit.value_or(count)) {
    out += paragraph("and " + counted(count - *section.limit, "more instance") +
                         ": v2only status " + run.id.str(),
                     style, "  ", kBelow);
  }
  return "\n" + paint(section.title, section.tone, style) + "\n" + out;
}

}  // namespace v2only::report
