// Signature Version 4, pure: the request and the time in, headers out. The simulator verifies with
// the same canonical form (rules: facts from botocore's signer).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/session.h"
#include "core/secret.h"
#include "core/time.h"
#include "net/transport.h"

namespace v2only::aws {

struct SigningScope {
  std::string region;
  std::string service;  // "ec2", "sts", "monitoring"

  friend auto operator<=>(const SigningScope&, const SigningScope&) = default;
};

// Adds Host, X-Amz-Date, X-Amz-Security-Token (for temporary credentials) and Authorization; those
// of an earlier signing are replaced. Headers already there are signed too, but for those that
// proxies and clients change on the way.
void sign(net::Request& request, const Credentials& credentials, const SigningScope& scope,
          WallTime now);

// The same for many requests: keeps the key derived for each scope, which is good for a UTC day.
class Signer {
 public:
  explicit Signer(Credentials credentials) : credentials_(std::move(credentials)) {}

  void sign(net::Request& request, const SigningScope& scope, WallTime now);

 private:
  struct DayKey {
    std::string day;
    Secret key;
  };
  const Secret& key_for(std::string_view day, const SigningScope& scope);

  Credentials credentials_;
  std::map<SigningScope, DayKey> keys_;
};

// The pieces, for the verifier and for tests against published cases.
//
// `path` and `query` as they stand in the request line (the query without "?"). The path's dot
// segments and doubled slashes go, then it is percent-encoded once more. The query's pairs are
// decoded, encoded the one canonical way, and sorted; a "+" in it is a plus, not a blank.
// `signed_headers` may come in any order and case; the canonical form has them lower and sorted.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, const std::vector<net::Header>& headers,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash);
std::string string_to_sign(std::string_view canonical_request, std::string_view amz_date,
                           const SigningScope& scope);
// 64 lower-case hexadecimal digits.
std::string signature(const Secret& secret_access_key, std::string_view string_to_sign,
                      std::string_view amz_date, const SigningScope& scope);

// "20261124T073312Z"
std::string amz_date(WallTime time);

}  // namespace v2only::aws
