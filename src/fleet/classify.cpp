#include "fleet/classify.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/grouping.h"
#include "fleet/hints.h"

namespace v2only::fleet {
namespace {

using Place = std::pair<AccountId, RegionName>;

Place place_of(const Instance& instance) { return {instance.account, instance.region}; }

// A tag that holds a system's name only is led to the id that others in its account and region
// carry beside the same name, where that is one id.
class SystemNames {
 public:
  void learn(const Instance& instance, const UnitId& system) {
    const auto name = instance.tags.find("WorkingEnvironment");
    if (name == instance.tags.end() || name->second == system.str()) return;
    ids_[{place_of(instance), name->second}].insert(system);
  }

  UnitId id_for(const Instance& instance, const UnitId& system) const {
    const auto found = ids_.find({place_of(instance), system.str()});
    if (found == ids_.end() || found->second.size() != 1) return system;
    return *found->second.begin();
  }

 private:
  std::map<std::pair<Place, std::string>, std::set<UnitId>> ids_;
};

class Classifier {
 public:
  Classifier(const Inventory& inventory, const Facts& facts, const Profiles& profiles)
      : inventory_(inventory), facts_(facts), profiles_(profiles) {
    for (const auto& scope : inventory.scopes) {
      if (!scope.listed) unread_.emplace(scope.account, scope.region);
    }
  }

  std::vector<Unit> run() {
    identify_all();
    learn_systems();
    for (std::size_t i = 0; i < identities_.size(); ++i) put(i);
    finish_systems();
    for (auto& [id, unit] : systems_) units_.push_back(std::move(unit));
    sort_units();
    return std::move(units_);
  }

 private:
  const Instance& at(std::size_t index) const { return inventory_.instances[index]; }

  void identify_all() {
    identities_.reserve(inventory_.instances.size());
    for (const auto& instance : inventory_.instances) {
      identities_.push_back(is_gone(instance.state)
                                ? Identity{}
                                : identify(instance, fact_of(facts_, instance.id), profiles_));
    }
  }

  void learn_systems() {
    for (std::size_t i = 0; i < identities_.size(); ++i) {
      if (!identities_[i].system) continue;
      stacks_.add(at(i));
      names_.learn(at(i), *identities_[i].system);
    }
  }

  void put(std::size_t index) {
    if (is_gone(at(index).state)) return;
    auto& identity = identities_[index];
    // A dispute over an instance is a dispute over both systems.
    if (identity.other_system) {
      auto& problems = disputes_[*identity.other_system];
      problems.insert(problems.end(), identity.problems.begin(), identity.problems.end());
    }
    if (identity.system) {
      put_into_system(index, std::move(identity));
    } else {
      put_alone(index, std::move(identity));
    }
  }

  void put_into_system(std::size_t index, Identity identity) {
    const auto id = names_.id_for(at(index), *identity.system);
    auto& unit = systems_[id];
    unit.id = id;
    unit.system = true;
    take_in(unit, index, std::move(identity));
  }

  void put_alone(std::size_t index, Identity identity) {
    const auto& instance = at(index);
    Unit unit;
    unit.id = UnitId(instance.id.str());
    unit.workload = identity.workload;
    unit.version = identity.version;
    const bool nobody_says = identity.source.empty() || !is_netapp(identity);
    const auto profile = profiles_.find(identity.workload);
    if (profile != profiles_.end() && profile->second.in_system) {
      unit.system = true;
      unit.problems.push_back({std::string(code::kBadGroup),
                               label_of(instance) + " is a " + identity.workload +
                                   ", and nothing says of which system. Add system: to its entry "
                                   "in the facts file"});
    }
    const auto* fact = fact_of(facts_, instance.id);
    if (nobody_says && (fact == nullptr || fact->workload.empty())) add_hints(instance, unit);
    take_in(unit, index, std::move(identity));
    units_.push_back(std::move(unit));
  }

  bool is_netapp(const Identity& identity) const {
    const auto profile = profiles_.find(identity.workload);
    return profile != profiles_.end() && (profile->second.maker_tag || profile->second.in_system);
  }

  void add_hints(const Instance& instance, Unit& unit) const {
    std::vector<std::string> texts;
    for (auto& hint : hints_of(instance, stacks_)) {
      unit.may_be_agent = unit.may_be_agent || hint.of_agent;
      texts.push_back(std::move(hint.text));
    }
    const auto& name = label_of(instance);
    if (!texts.empty()) {
      unit.problems.push_back({std::string(code::kMayBeNetApp),
                               name + " may be NetApp's: " + join(texts, "; ") +
                                   ". Say what it is in the facts file (generic is an answer)"});
    } else if (unread_.contains(place_of(instance)) && has_mediator_type(instance) &&
               !stack_of(instance).empty()) {
      unit.problems.push_back({std::string(code::kPartlySeen),
                               name + " may be the mediator of a system in the part of " +
                                   instance.region.str() + " that could not be read"});
    }
  }

  static void take_in(Unit& unit, std::size_t index, Identity identity) {
    unit.members.push_back({index, std::move(identity.workload), std::move(identity.version),
                            std::move(identity.source)});
    for (auto& problem : identity.problems) unit.problems.push_back(std::move(problem));
  }

  void finish_systems() {
    std::set<InstanceId> found;
    for (const auto& instance : inventory_.instances) {
      if (!is_gone(instance.state)) found.insert(instance.id);
    }
    for (const auto& [id, fact] : facts_.instances) {
      if (!fact.system || found.contains(id)) continue;
      const auto unit = systems_.find(*fact.system);
      if (unit != systems_.end()) unit->second.missing.push_back(id);
    }
    for (auto& [id, unit] : systems_) {
      std::sort(unit.members.begin(), unit.members.end(),
                [&](const Member& a, const Member& b) { return before(a.index, b.index); });
      const auto dispute = disputes_.find(id);
      if (dispute != disputes_.end()) {
        unit.problems.insert(unit.problems.end(), dispute->second.begin(), dispute->second.end());
      }
      check_system(unit, inventory_, facts_);
      for (const auto& member : unit.members) note_unread(unit, at(member.index));
    }
  }

  void note_unread(Unit& unit, const Instance& instance) const {
    if (!unread_.contains(place_of(instance))) return;
    Problem problem{std::string(code::kPartlySeen),
                    "the region " + instance.region.str() +
                        " could not be read in full, so members of " + unit.id.str() +
                        " may be unseen"};
    const bool there =
        std::find(unit.problems.begin(), unit.problems.end(), problem) != unit.problems.end();
    if (!there) unit.problems.push_back(std::move(problem));
  }

  bool before(std::size_t a, std::size_t b) const {
    const auto& x = at(a);
    const auto& y = at(b);
    return std::tie(x.region, x.name, x.id) < std::tie(y.region, y.name, y.id);
  }

  void sort_units() {
    std::sort(units_.begin(), units_.end(), [&](const Unit& a, const Unit& b) {
      return before(a.members.front().index, b.members.front().index);
    });
  }

  const Inventory& inventory_;
  const Facts& facts_;
  const Profiles& profiles_;
  std::set<Place> unread_;
  std::vector<Identity> identities_;
  CvoStacks stacks_;
  SystemNames names_;
  std::map<UnitId, Unit> systems_;
  std::map<UnitId, std::vector<Problem>> disputes_;
  std::vector<Unit> units_;
};

}  // namespace

std::vector<Unit> classify(const Inventory& inventory, const Facts& facts,
                           const Profiles& profiles) {
  return Classifier(inventory, facts, profiles).run();
}

std::vector<std::string> unmatched_facts(const Inventory& inventory, const Facts& facts) {
  std::set<InstanceId> instances;
  std::set<UnitId> systems;
  for (const auto& instance : inventory.instances) {
    instances.insert(instance.id);
    if (const auto system = system_tag(instance)) systems.insert(*system);
  }
  std::vector<std::string> lines;
  for (const auto& [id, fact] : facts.instances) {
    if (instances.contains(id)) {
      if (fact.system) systems.insert(*fact.system);
      continue;
    }
    lines.push_back(fact.where + " names " + id.str() +
                    ", which was not found in what was read (ended, elsewhere, or mistyped)");
  }
  for (const auto& [id, fact] : facts.systems) {
    if (systems.contains(id)) continue;
    lines.push_back(fact.where + " names the system " + id.str() +
                    ", of which no member was found");
  }
  return lines;
}

}  // namespace v2only::fleet
