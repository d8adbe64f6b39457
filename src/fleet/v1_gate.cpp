#include "fleet/v1_gate.h"

#include "core/text.h"
#include "fleet/acceptance.h"
#include "fleet/codes.h"
#include "fleet/identify.h"

namespace v2only::fleet {
namespace {

std::string window_of(const V1Reading& reading) {
  return " in " + format_duration(std::chrono::floor<std::chrono::minutes>(
                      std::max(reading.to - reading.from, Duration::zero())));
}

std::string blocked_text(const Instance& instance, const V1Reading* reading) {
  const auto label = label_of(instance);
  if (reading != nullptr && reading->use == V1Use::kUsed) {
    auto text = label + " still uses IMDSv1: " +
                count_of(static_cast<std::size_t>(reading->calls), "call") + window_of(*reading);
    if (reading->last) text += ", the last about " + format_utc(*reading->last);
    return text;
  }
  const auto why = reading == nullptr || reading->why_unknown.empty() ? std::string("not read")
                                                                      : reading->why_unknown;
  return label + ": nothing tells whether it still uses IMDSv1 (" + one_line(why) + ")";
}

}  // namespace

V1Verdict judge_v1(const Instance& instance, const V1Reading* reading, const Policy& policy,
                   WallTime now) {
  const auto use = reading == nullptr ? V1Use::kUnknown : reading->use;
  if (use == V1Use::kUnused) return {};
  V1Verdict verdict;
  verdict.reason = blocked_text(instance, reading);
  if (const auto* acceptance = acceptance_for(policy, instance, now)) {
    verdict.reason += "; " + to_text(*acceptance);
    verdict.by_name = true;
    verdict.accepted_until = acceptance->until;
    return verdict;
  }
  if (use == V1Use::kUnknown && policy.accept_unknown) {
    verdict.reason += "; accepted by --accept-unknown";
    return verdict;
  }
  verdict.code = use == V1Use::kUsed ? code::kV1Use : code::kV1Unknown;
  if (const auto* ended = ended_acceptance_for(policy, instance, now)) {
    verdict.reason +=
        "; the acceptance at " + ended->where + " ended at " + format_utc(*ended->until);
  }
  return verdict;
}

std::string to_text(const V1Reading& reading) {
  std::string text = "MetadataNoToken: ";
  if (reading.use == V1Use::kUnknown) {
    return text + "unknown" + window_of(reading) + " (" +
           (reading.why_unknown.empty() ? "not read" : one_line(reading.why_unknown)) + ")";
  }
  text += count_of(static_cast<std::size_t>(std::max<std::int64_t>(reading.calls, 0)), "call") +
          window_of(reading);
  if (reading.last) text += ", last " + format_utc(*reading.last);
  return text;
}

}  // namespace v2only::fleet
