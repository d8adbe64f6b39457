#include "fleet/version.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "core/text.h"

namespace v2only::fleet {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a run of digits off the front; nothing (and nothing taken) when there is none or it is no
// number that anybody would give a release.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length > 9) return std::nullopt;
  const auto number = parse_number(text.substr(0, length));
  if (number) text.remove_prefix(length);
  return number;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// ".7": a dot and a number, or nothing taken.
std::optional<std::uint64_t> take_dotted(std::string_view& text) {
  auto rest = text;
  if (!take(rest, ".")) return std::nullopt;
  const auto number = take_number(rest);
  if (number) text = rest;
  return number;
}

using Release = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

enum class Build : std::uint8_t { kGeneral, kCandidate, kPatch, kEngineering };

struct OntapVersion {
  Release release;
  Build build = Build::kGeneral;
  std::uint64_t patch = 0;
};

struct Suffix {
  char kind = 'G';  // G(A), R(C), P, X, D
  std::uint64_t number = 0;
};

std::optional<Suffix> take_suffix(std::string_view& text) {
  auto rest = text;
  take(rest, " ");
  if (take(rest, "GA")) {
    text = rest;
    return Suffix{};
  }
  for (const std::string_view name : {"RC", "P", "X", "D"}) {
    if (!take(rest, name)) continue;
    const auto number = take_number(rest);
    if (!number) return std::nullopt;
    text = rest;
    return Suffix{name.front(), *number};
  }
  return std::nullopt;
}

// What may follow a version: nothing, ": Tue Dec 05 …", or an image name's tail.
bool is_tail(std::string_view text) {
  if (take(text, ".T") && !take_number(text)) return false;
  if (text.starts_with(":")) return true;
  return text.empty() || text == ".ha" || text == ".azureha";
}

// Any X or D makes an engineering build (P4D2 is one); other mixtures are not known.
std::optional<OntapVersion> with_build(Release release, const std::vector<Suffix>& suffixes) {
  const bool engineering = std::any_of(suffixes.begin(), suffixes.end(), [](const Suffix& s) {
    return s.kind == 'X' || s.kind == 'D';
  });
  if (engineering) return OntapVersion{release, Build::kEngineering, 0};
  if (suffixes.empty()) return OntapVersion{release, Build::kGeneral, 0};
  if (suffixes.size() > 1) return std::nullopt;
  const auto& only = suffixes.front();
  if (only.kind == 'P') return OntapVersion{release, Build::kPatch, only.number};
  return OntapVersion{release, only.kind == 'R' ? Build::kCandidate : Build::kGeneral, 0};
}

std::optional<OntapVersion> parse_ontap(std::string_view text) {
  text = trim(text);
  if (!take(text, "NetApp Release ") && !take(text, "ONTAP-")) take(text, "ONTAP ");
  const auto generation = take_number(text);
  const auto major = generation ? take_dotted(text) : std::nullopt;
  if (!major) return std::nullopt;
  const auto minor = take_dotted(text);  // absent in "9.8P2"
  std::vector<Suffix> suffixes;
  while (const auto suffix = take_suffix(text)) suffixes.push_back(*suffix);
  if (!is_tail(text)) return std::nullopt;
  return with_build({*generation, *major, minor.value_or(0)}, suffixes);
}

// 9.12.1 and 9.13.0 pass from one patch on; everything before that patch is too old.
Gate patch_gate(const OntapVersion& version, std::uint64_t first_good) {
  return version.build == Build::kPatch && version.patch >= first_good ? Gate::kPass
                                                                       : Gate::kTooOld;
}

}  // namespace

std::string ontap_release(std::string_view full) {
  auto text = full;
  if (!take(text, "NetApp Release ")) return std::string(full);
  return std::string(text.substr(0, text.find(':')));
}

Gate ontap_gate(std::string_view text) {
  const auto version = parse_ontap(text);
  if (!version) return Gate::kHeld;
  if (version->release < Release{9, 12, 1}) return Gate::kTooOld;
  if (version->build == Build::kEngineering) return Gate::kHeld;
  if (version->release == Release{9, 12, 1}) return patch_gate(*version, 2);
  if (version->release == Release{9, 13, 0}) return patch_gate(*version, 4);
  // 9.12.2 and the like do not exist; NetApp's list begins again at 9.13.1, without candidates.
  if (version->release < Release{9, 13, 1}) return Gate::kHeld;
  return version->build == Build::kCandidate ? Gate::kHeld : Gate::kPass;
}

Gate agent_gate(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (!is_digit(text.front())) continue;
    auto rest = text;
    const auto major = take_number(rest);
    const auto minor = major ? take_dotted(rest) : std::nullopt;
    const auto micro = minor ? take_dotted(rest) : std::nullopt;
    if (micro) {
      return Release{*major, *minor, *micro} >= Release{3, 9, 38} ? Gate::kPass : Gate::kTooOld;
    }
    // A run of digits that begins no version: go on behind it, not inside it.
    while (text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
  }
  return Gate::kHeld;
}

std::string_view ontap_needs() {
  return "9.12.1P2 or a later patch of 9.12.1, 9.13.0P4 or a later patch of 9.13.0, "
         "or 9.13.1 and later";
}

std::string_view agent_needs() { return "3.9.38 or later"; }

}  // namespace v2only::fleet
