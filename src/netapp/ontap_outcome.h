// What one attempt at an ONTAP call came to. Private to netapp/.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "netapp/ontap_caller.h"

namespace v2only::netapp {

enum class OntapOutcomeKind : std::uint8_t {
  kDone,
  kRefused,       // ONTAP said no; nothing was carried out
  kLoginRefused,  // 401
  kNotSent,       // nothing left this machine
  kUncertain,     // it may have been carried out; a read is worth another try
};

struct OntapOutcome {
  OntapOutcomeKind kind = OntapOutcomeKind::kUncertain;
  int http_status = 0;
  bool no_trust = false;   // the certificate was not accepted: the same address will not do
  bool ca_unread = false;  // … for the CA file of the facts cannot be read
  bool is_ontap = false;   // it answered as ONTAP does, past its login
  std::string body;
  std::string job;
  OntapError error;
  std::string said;  // one line: ONTAP's error, or what was wrong with the answer
};

// The secrets of `target` are cut out of whatever texts come back.
OntapOutcome ontap_outcome(const OntapCall& call, const OntapTarget& target,
                           std::variant<net::Response, net::TransportError> result);

// The line for a person about a call that did not get through, of its last attempt's outcome.
// `told`: what was said, of each address that was tried. Not for kDone.
Error ontap_error(const OntapCall& call, const OntapTarget& target, const OntapOutcome& outcome,
                  const std::string& told);

}  // namespace v2only::netapp
