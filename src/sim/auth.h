// Signature Version 4, verified as AWS does: the same canonical form as our signer's, from the
// headers as they arrived.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/time.h"
#include "net/transport.h"
#include "sim/call.h"

namespace v2only::sim {

// What an Authorization header claims.
struct Claims {
  std::string access_key_id;
  std::string date;  // "20261124"
  std::string region;
  std::string service;  // "ec2"
  std::vector<std::string> signed_headers;
  std::string signature;
};

enum class AuthProblem : std::uint8_t {
  kMissing,     // no Authorization header
  kIncomplete,  // one that can not be read, or that leaves out host or x-amz-date
  kUnknownKey,  // access key id, or a session token that goes with no key of ours
  kSignature,   // the secret was another
  kTooOld,      // the stamp is more than 15 minutes behind
  kTooNew,      // … or ahead
  kRegion,      // the account has not enabled it, or there is none of the name
};

Result<Claims, AuthProblem> read_claims(const net::Request& request);

struct KnownKey {
  std::string_view access_key_id;
  const Secret& secret_access_key;
};
Result<void, AuthProblem> verify(const net::Request& request, const Claims& claims,
                                 const KnownKey& key, WallTime now);

// What the service says to it (facts: EC2 answers AuthFailure where STS and CloudWatch tell more).
ApiFault auth_fault(AuthProblem problem, Protocol protocol, WallTime now);

// Path (at least "/") and query (without "?") of an absolute URL or of a request target.
struct Target {
  std::string_view path;
  std::string_view query;
};
Target target_of(std::string_view url);

}  // namespace v2only::sim
