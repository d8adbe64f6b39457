// Which versions of NetApp's software run on IMDSv2 only. The rules are facts/netapp.md, 3.1-3.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace v2only::fleet {

enum class Gate : std::uint8_t {
  kPass,    // NetApp lists it
  kTooOld,  // comes before what NetApp lists
  kHeld,    // NetApp is silent on it, or it is no version at all: never taken for good
};

// "9.13.1P4", "NetApp Release 9.13.1P6: Tue Dec 05 …", "ONTAP-9.14.0.T1.ha", "9.12.1 P2".
// A release that is later by number need not pass: 9.13.0P3 comes after 9.12.1P2 and fails.
Gate ontap_gate(std::string_view version);

// "9.13.1P6" of "NetApp Release 9.13.1P6: Tue Dec 05 …"; any other text as it is.
std::string ontap_release(std::string_view full);

// "3.9.40", "4.10.0", "3.9.43-7": the first three numbers count, compared as numbers.
Gate agent_gate(std::string_view version);

// What is needed, for messages: "9.12.1P2 or a later patch of 9.12.1, …".
std::string_view ontap_needs();
std::string_view agent_needs();

}  // namespace v2only::fleet
