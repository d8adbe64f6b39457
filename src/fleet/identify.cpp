#include "fleet/identify.h"

#include "core/text.h"
#include "fleet/codes.h"

namespace v2only::fleet {
namespace {

constexpr std::string_view kIdPrefix = "VsaWorkingEnvironment-";

std::optional<UnitId> tag_value(const Instance& instance, std::string_view name) {
  const auto found = instance.tags.find(std::string(name));
  if (found == instance.tags.end() || found->second.empty()) return std::nullopt;
  return UnitId(found->second);
}

// As far as the tags go: the id, or a name that has the form of an id. A mere name may stand beside
// any id.
std::optional<UnitId> system_id_tag(const Instance& instance) {
  if (auto id = tag_value(instance, kSystemIdTag)) return id;
  auto name = tag_value(instance, kSystemNameTag);
  if (name && name->str().starts_with(kIdPrefix)) return name;
  return std::nullopt;
}

const Profile* maker_profile(const Instance& instance, const Profiles& profiles) {
  for (const auto& [name, profile] : profiles) {
    if (profile.maker_tag && profile.maker_tag->matches(instance)) return &profile;
  }
  return nullptr;
}

std::string text_of(const TagRule& rule) { return "tag " + rule.name + "=" + rule.value; }

std::string system_text(const Instance& instance, const UnitId& system) {
  const bool by_id = tag_value(instance, kSystemIdTag).has_value();
  return "tag " + std::string(by_id ? kSystemIdTag : kSystemNameTag) + "=" +
         one_line(system.str(), 80);
}

// Builds up one Identity; each step below is one of the three sources, or a check between them.
class Identifier {
 public:
  Identifier(const Instance& instance, const InstanceFact* fact, const Profiles& profiles)
      : instance_(instance),
        fact_(fact),
        profiles_(profiles),
        maker_(maker_profile(instance, profiles)),
        tagged_(system_tag(instance)) {}

  Identity run() {
    if (fact_ != nullptr) out_.version = fact_->version;
    if (fact_ != nullptr && !fact_->workload.empty()) {
      by_fact();
    } else if (maker_ != nullptr) {
      by_maker_tag();
    } else if (tagged_ || says_system()) {
      by_system();
    } else {
      by_rule(kGeneric);
    }
    place();
    disputed();
    return std::move(out_);
  }

 private:
  bool says_system() const { return fact_ != nullptr && fact_->system.has_value(); }

  void contradiction(std::string reason) {
    out_.problems.push_back(
        {std::string(code::kContradiction), label_of(instance_) + ": " + std::move(reason)});
  }

  void by_fact() {
    out_.workload = fact_->workload;
    out_.source = fact_->where;
    const auto says = fact_->where + " says " + fact_->workload;
    const auto profile = profiles_.find(fact_->workload);
    if (profile == profiles_.end()) return contradiction(says + ", which no profile describes");
    if (maker_ != nullptr && maker_->name != fact_->workload) {
      contradiction(says + ", " + text_of(*maker_->maker_tag) + " says " + maker_->name);
    }
    if (tagged_ && !profile->second.in_system) {
      contradiction(says + ", " + system_text(instance_, *tagged_) +
                    " says that it is part of a Cloud Volumes ONTAP system");
    }
  }

  void by_maker_tag() {
    out_.workload = maker_->name;
    out_.source = text_of(*maker_->maker_tag);
    if (!tagged_) return;
    contradiction(out_.source + " says " + maker_->name + ", " + system_text(instance_, *tagged_) +
                  " says that it is part of a Cloud Volumes ONTAP system");
  }

  // A tag or a fact gives the system; the role has to come from the operator.
  void by_system() {
    out_.source = tagged_ ? system_text(instance_, *tagged_) : fact_->where;
    by_rule({});
    const auto profile = profiles_.find(out_.workload);
    if (profile != profiles_.end() && !profile->second.in_system) out_.workload.clear();
  }

  void by_rule(std::string_view otherwise) {
    const Profile* found = nullptr;
    for (const auto& [name, profile] : profiles_) {
      if (!profile.rule || !profile.rule->matches(instance_)) continue;
      if (found != nullptr) {
        contradiction("the profiles " + found->name + " (" + found->rule_where + ") and " + name +
                      " (" + profile.rule_where + ") both match it");
        break;
      }
      found = &profile;
    }
    out_.workload = found != nullptr ? found->name : std::string(otherwise);
    if (found == nullptr) return;
    if (out_.source.empty()) {
      out_.source = text_of(*found->rule) + " (" + found->rule_where + ")";
    }
  }

  void disputed() {
    if (fact_ == nullptr) return;
    for (const auto& claim : fact_->claims) {
      contradiction(fact_->where + " says " +
                    (fact_->workload.empty() ? "otherwise" : fact_->workload) + ", the " + claim);
    }
  }

  // Which system it belongs to, and whether facts and tags agree on it.
  void place() {
    const auto profile = profiles_.find(out_.workload);
    const bool member =
        out_.workload.empty() || (profile != profiles_.end() && profile->second.in_system);
    if (!member) {
      out_.other_system = tagged_;
      if (!says_system()) return;
      contradiction(fact_->where + " puts it into the system " + fact_->system->str() +
                    ", and as " + out_.workload + " it can be part of none");
      out_.other_system = fact_->system;
      return;
    }
    out_.system = says_system() ? fact_->system : tagged_;
    const auto tagged_id = system_id_tag(instance_);
    if (!says_system() || !tagged_id || *tagged_id == *fact_->system) return;
    contradiction(fact_->where + " puts it into the system " + fact_->system->str() + ", " +
                  system_text(instance_, *tagged_id) + " into another");
    out_.other_system = tagged_id;
  }

  const Instance& instance_;
  const InstanceFact* fact_;
  const Profiles& profiles_;
  const Profile* maker_;
  std::optional<UnitId> tagged_;
  Identity out_;
};

}  // namespace

std::optional<UnitId> system_tag(const Instance& instance) {
  if (auto id = tag_value(instance, kSystemIdTag)) return id;
  return tag_value(instance, kSystemNameTag);
}

Identity identify(const Instance& instance, const InstanceFact* fact, const Profiles& profiles) {
  return Identifier(instance, fact, profiles).run();
}

std::string label_of(const Instance& instance) {
  if (instance.name.empty()) return instance.id.str();
  return one_line(instance.name, 60) + " (" + instance.id.str() + ")";
}

}  // namespace v2only::fleet
