#include "fleet/acceptance.h"

#include <algorithm>

#include "core/text.h"

namespace v2only::fleet {
namespace {

WallTime end_of(const Acceptance& acceptance) { return acceptance.until.value_or(WallTime::max()); }

// What it names, the first few where there are many.
std::string names_of(const Acceptance& acceptance) {
  constexpr std::size_t kNamed = 3;
  const auto& ids = acceptance.instances;
  if (ids.empty()) {
    return "tag " + one_line(acceptance.tag_name, 80) + "=" + one_line(acceptance.tag_value, 80);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(ids.size(), kNamed); ++i) names.push_back(ids[i].str());
  auto out = join(names, ", ");
  if (ids.size() > kNamed) out += " and " + std::to_string(ids.size() - kNamed) + " more";
  return out;
}

// A date alone is midnight, and is said as it was written.
std::string end_in_words(WallTime end) {
  const auto day = std::chrono::floor<std::chrono::days>(end);
  return day == end ? "on " + format_utc(day).substr(0, 10) : "at " + format_utc(end);
}

}  // namespace

bool covers(const Acceptance& acceptance, const Instance& instance) {
  if (!acceptance.instances.empty()) {
    return std::find(acceptance.instances.begin(), acceptance.instances.end(), instance.id) !=
           acceptance.instances.end();
  }
  const auto tag = instance.tags.find(acceptance.tag_name);
  return tag != instance.tags.end() && tag->second == acceptance.tag_value;
}

const Acceptance* acceptance_for(const Policy& policy, const Instance& instance, WallTime now) {
  const Acceptance* best = nullptr;
  for (const auto& acceptance : policy.accept) {
    if (end_of(acceptance) <= now || !covers(acceptance, instance)) continue;
    if (best == nullptr || end_of(*best) < end_of(acceptance)) best = &acceptance;
  }
  return best;
}

const Acceptance* ended_acceptance_for(const Policy& policy, const Instance& instance,
                                       WallTime now) {
  for (const auto& acceptance : policy.accept) {
    if (end_of(acceptance) <= now && covers(acceptance, instance)) return &acceptance;
  }
  return nullptr;
}

std::vector<std::string> ended_acceptances(const Policy& policy, WallTime now) {
  std::vector<std::string> out;
  for (const auto& acceptance : policy.accept) {
    if (end_of(acceptance) > now) continue;
    out.push_back("acceptance of " + names_of(acceptance) + " (" + acceptance.where + ") ended " +
                  end_in_words(end_of(acceptance)) + ": not used");
  }
  return out;
}

std::string to_text(const Acceptance& acceptance) {
  std::string out = "accepted by " + one_line(acceptance.by, 80);
  if (acceptance.until) out += " until " + format_utc(*acceptance.until);
  return out + ": " + one_line(acceptance.reason) + " (" + acceptance.where + ")";
}

}  // namespace v2only::fleet
