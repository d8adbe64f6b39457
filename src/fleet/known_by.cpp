#include "fleet/known_by.h"

#include <algorithm>

#include "core/text.h"
#include "fleet/hints.h"
#include "fleet/identify.h"

namespace v2only::fleet {
namespace {

constexpr std::size_t kLongestShown = 120;

void add_tag(const Instance& instance, std::string_view name, KnownBy& out) {
  const auto found = instance.tags.find(std::string(name));
  if (found == instance.tags.end() || found->second.empty()) return;
  out.insert("tag " + found->first + "=" + found->second);
}

// A maker's tag of another value names nothing, and is a hint.
bool add_makers_tags(const Instance& instance, const Profiles& profiles, KnownBy& out) {
  bool named = false;
  for (const auto& [name, profile] : profiles) {
    if (!profile.maker_tag) continue;
    add_tag(instance, profile.maker_tag->name, out);
    named = named || profile.maker_tag->matches(instance);
  }
  return named;
}

void add_rules(const Instance& instance, const Profiles& profiles, KnownBy& out) {
  for (const auto& [name, profile] : profiles) {
    if (profile.rule && profile.rule->matches(instance)) {
      out.insert("tag " + profile.rule->name + "=" + profile.rule->value);
    }
  }
}

void add_hints(const Instance& instance, KnownBy& out) {
  if (names_agent_profile(instance)) {
    out.insert("iam-instance-profile.arn=" + instance.iam_instance_profile);
  }
  if (has_ha_node_interfaces(instance)) {
    out.insert("network-interfaces=" + std::to_string(instance.network_interfaces));
  }
  if (has_mediator_type(instance) && !stack_of(instance).empty()) {
    out.insert("instance-type=" + instance.type);
  }
}

}  // namespace

KnownBy known_by(const Instance& instance, const InstanceFact* fact, const Profiles& profiles) {
  KnownBy out;
  const bool by_maker = add_makers_tags(instance, profiles, out);
  add_tag(instance, kSystemIdTag, out);
  add_tag(instance, kSystemNameTag, out);
  if (fact != nullptr && !fact->workload.empty()) return out;
  add_rules(instance, profiles, out);
  if (!by_maker) add_hints(instance, out);
  return out;
}

std::optional<std::string> identity_moved(const KnownBy& then, const KnownBy& now) {
  const auto only_in = [](const KnownBy& one, const KnownBy& other) {
    return std::find_if(one.begin(), one.end(),
                        [&](const std::string& what) { return !other.contains(what); });
  };
  if (const auto more = only_in(now, then); more != now.end()) {
    return "has " + one_line(*more, kLongestShown) +
           ", which it had not when planned: it may be something else now";
  }
  if (const auto less = only_in(then, now); less != then.end()) {
    return "has no more " + one_line(*less, kLongestShown) + ", by which it was known when planned";
  }
  return std::nullopt;
}

}  // namespace v2only::fleet
