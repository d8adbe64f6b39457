#include "report/colour.h"

namespace v2only::report {
namespace {

// The sixteen basic colours only: they follow the terminal's own theme.
std::string_view sequence_of(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return {};
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kFaint:
      return "\x1b[2m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kNews:
      return "\x1b[36m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kBad:
      return "\x1b[1;31m";
  }
  return {};
}

}  // namespace

std::string paint(std::string_view text, Tone tone, const Style& style) {
  const auto sequence = sequence_of(tone);
  if (!style.colour || sequence.empty() || text.empty()) return std::string(text);
  std::string out(sequence);
  out += text;
  return out += "\x1b[0m";
}

}  // namespace v2only::report
