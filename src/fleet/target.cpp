#include "fleet/target.h"

namespace v2only::fleet {

Target target_of(const OptionSet& observed, const Profile& profile, bool enable_endpoint) {
  Target target;
  if (observed.endpoint_disabled()) {
    if (!profile.needs_imds) {
      target.endpoint_off = true;
      return target;
    }
    target.endpoint_off = target.endpoint_blocks = !enable_endpoint;
    if (enable_endpoint) target.change.set(OptionField::kHttpEndpoint, "enabled");
  }
  if (!observed.tokens_required()) target.change.set(OptionField::kHttpTokens, "required");
  if (profile.hop_limit && observed.hop_limit().value_or(0) < *profile.hop_limit) {
    target.change.set(OptionField::kHttpPutResponseHopLimit, std::to_string(*profile.hop_limit));
  }
  return target;
}

std::vector<std::string> reasons_for(const OptionSet& observed, const OptionSet& change,
                                     const Profile& profile) {
  std::vector<std::string> reasons;
  const auto was = [&](OptionField field) { return observed.get(field).value_or("not observed"); };
  if (change.get(OptionField::kHttpTokens)) {
    reasons.push_back("HttpTokens is " + was(OptionField::kHttpTokens) + ": IMDSv1 is answered");
  }
  if (const auto& hops = change.get(OptionField::kHttpPutResponseHopLimit)) {
    reasons.push_back("HttpPutResponseHopLimit is " + was(OptionField::kHttpPutResponseHopLimit) +
                      ", and " + profile.name + " needs " + *hops);
  }
  if (change.get(OptionField::kHttpEndpoint)) {
    reasons.push_back("HttpEndpoint is " + was(OptionField::kHttpEndpoint) + ", " + profile.name +
                      " needs it, and its owner allows switching it on");
  }
  return reasons;
}

}  // namespace v2only::fleet
