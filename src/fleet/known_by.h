// What an instance is known by, of that which may change while a plan waits. It stands in the plan,
// and a fresh reading is held against it: who is known by something else may be something else.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/profile.h"

namespace v2only::fleet {

// "tag OCCMInstance=true", "iam-instance-profile.arn=…", "network-interfaces=4": what identify()
// and hints_of() go by, in words that stay the same from version to version, for plans outlive one.
// The image is not among them, for it never changes.
using KnownBy = std::set<std::string>;

// `fact` is the facts file's word on the instance, null where it has none. Hints count only where
// neither a fact nor its maker's tag says what it is.
KnownBy known_by(const Instance& instance, const InstanceFact* fact, const Profiles& profiles);

// The first difference, as the end of a sentence that begins with the instance; nothing when there
// is none.
std::optional<std::string> identity_moved(const KnownBy& then, const KnownBy& now);

}  // namespace v2only::fleet
