// Signature Version 4, pure: the request and the time in, headers out. The simulator verifies with
// the same canonical form (rules: facts from botocore's signer).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/session.h"
#include "core/time.h"
#include "net/transport.h"

namespace v2only::aws {

struct SigningScope {
  std::string region;
  std::string service;  // "ec2", "sts", "monitoring"
};

// Adds Host, X-Amz-Date, X-Amz-Security-Token (for temporary credentials) and Authorization. Headers
// already there are signed too, but for those that proxies and clients change on the way.
void sign(net::Request& request, const Credentials& credentials, const SigningScope& scope,
          WallTime now);

// The pieces, for the verifier and for tests against published cases.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, const std::vector<net::Header>& headers,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash);
std::string string_to_sign(std::string_view canonical_request, std::string_view amz_date,
                           const SigningScope& scope);
std::string signature(const Secret& secret_access_key, std::string_view string_to_sign,
                      std::string_view amz_date, const SigningScope& scope);

// "20261124T073312Z"
std::string amz_date(WallTime time);

}  // namespace v2only::aws
