#include "report/words.h"

#include <algorithm>

#include "core/printable.h"
#include "core/text.h"
#include "fleet/profile.h"
#include "report/paragraph.h"

namespace v2only::report {

std::string simulated_lines(bool simulated, std::string_view endpoint, const AccountId& account,
                            const Style& style) {
  if (!simulated) return {};
  std::string line = "  endpoint " + printable(endpoint);
  if (!account.empty()) line += "  account " + printable(account.str());
  return paint("SIMULATED", Tone::kWarning, style) + line + "\n\n";
}

std::string incomplete_line(std::string_view text, const Style& style) {
  constexpr std::string_view kWord = "INCOMPLETE";
  // Painted last: escapes have no width.
  const auto lines = paragraph(text, style, std::string(kWord) + "  ", std::string(12, ' '));
  return paint(kWord, Tone::kBad, style) + lines.substr(kWord.size());
}

std::string number(std::size_t count) {
  auto out = std::to_string(count);
  for (auto at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

std::string counted(std::size_t count, std::string_view singular) {
  auto out = number(count) + " " + std::string(singular);
  if (count != 1) out += 's';
  return out;
}

std::string shown(WallTime time) {
  return format_utc(std::chrono::floor<std::chrono::seconds>(time));
}

std::string options_in_short(const fleet::OptionSet& options) {
  using fleet::OptionField;
  if (options.endpoint_disabled()) return "off";
  return options.get(OptionField::kHttpTokens).value_or("?") + "/" +
         options.get(OptionField::kHttpPutResponseHopLimit).value_or("?");
}

std::size_t nodes_of(const fleet::Assessment& unit) {
  return static_cast<std::size_t>(
      std::count_if(unit.members.begin(), unit.members.end(),
                    [](const auto& member) { return member.workload == fleet::kCvoNode; }));
}

std::string verdict_in_words(const fleet::Assessment& assessment) {
  std::string out(name_of(assessment.verdict));
  if (assessment.verdict == fleet::Verdict::kBlocked && !assessment.codes.empty()) {
    out += ": " + join(assessment.codes, ", ");
  }
  if (assessment.verdict == fleet::Verdict::kReady && assessment.needs_restart) {
    out += " (restarts " + counted(nodes_of(assessment), "node") + ")";
  }
  return out;
}

Tone tone_of(fleet::Verdict verdict) {
  switch (verdict) {
    case fleet::Verdict::kCompliant:
      return Tone::kGood;
    case fleet::Verdict::kReady:
      return Tone::kNews;
    case fleet::Verdict::kBlocked:
      return Tone::kWarning;
  }
  return Tone::kPlain;
}

std::string step_in_words(const fleet::Step& step) {
  const auto name = step.name.empty() ? std::string() : "  " + step.name;
  return step.instance.str() + name + "  " + step.region.str();
}

std::string workload_in_words(std::string_view workload, std::string_view version) {
  std::string out(workload.empty() ? "?" : workload);
  if (!version.empty()) out += " " + std::string(version);
  return printable(out);
}

}  // namespace v2only::report
