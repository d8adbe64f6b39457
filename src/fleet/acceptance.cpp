#include "fleet/acceptance.h"

#include <algorithm>

#include "core/text.h"

namespace v2only::fleet {
namespace {

WallTime end_of(const Acceptance& acceptance) { return acceptance.until.value_or(WallTime::max()); }

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

std::string to_text(const Acceptance& acceptance) {
  std::string out = "accepted by " + one_line(acceptance.by, 80);
  if (acceptance.until) out += " until " + format_utc(*acceptance.until);
  return out + ": " + one_line(acceptance.reason) + " (" + acceptance.where + ")";
}

}  // namespace v2only::fleet
