// The stable codes that say why a unit is blocked or left alone. Scripts match on them: never
// renamed, only added to.
#pragma once

#include <string_view>

namespace v2only::fleet::code {

// Of an assessment.
inline constexpr std::string_view kTooOld = "too-old";
inline constexpr std::string_view kVersionUnknown = "version-unknown";
inline constexpr std::string_view kPartlySeen = "partly-seen";
inline constexpr std::string_view kMayBeNetApp = "may-be-netapp";
inline constexpr std::string_view kV1Use = "v1-use";
inline constexpr std::string_view kV1Unknown = "v1-unknown";
inline constexpr std::string_view kEndpointOff = "endpoint-off";
inline constexpr std::string_view kContradiction = "contradiction";
inline constexpr std::string_view kBadGroup = "bad-group";
inline constexpr std::string_view kManagedByService = "managed-by-service";
inline constexpr std::string_view kRestartNotProven = "restart-not-proven";

// Of what a plan leaves alone, beside those.
inline constexpr std::string_view kCompliant = "compliant";
inline constexpr std::string_view kRestartNotAuthorised = "restart-not-authorised";
inline constexpr std::string_view kOntapUnread = "ontap-unread";
inline constexpr std::string_view kNotChangedByRun = "not-changed-by-run";
inline constexpr std::string_view kNotObserved = "not-observed";

}  // namespace v2only::fleet::code
