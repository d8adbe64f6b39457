// Who calls, where to: what the flags, the environment and the shared files come to.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/secret.h"
#include "core/time.h"

namespace v2only::aws {

enum class Service : std::uint8_t { kEc2, kSts, kCloudWatch, kKms };
inline constexpr std::array kServices = {Service::kEc2, Service::kSts, Service::kCloudWatch,
                                         Service::kKms};

struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;          // empty for long-lived keys
  std::string source;            // "environment", "profile prod (~/.aws/credentials)"
  std::optional<WallTime> ends;  // of a session token, where it is told: AWS_CREDENTIAL_EXPIRATION
};

struct Session {
  Credentials credentials;
  std::optional<RegionName> region;                      // the default region
  std::optional<std::string> endpoint_url;               // for every service
  std::map<Service, std::string> service_endpoint_urls;  // win over endpoint_url
  std::string ca_bundle;                                 // path; empty: the system's
  std::string profile;                                   // "default" where none was named
  bool use_fips = false;                                 // on AWS's own hosts
  bool use_dualstack = false;                            // on AWS's own hosts

  // The URL that calls of the service in that region go to, without a trailing slash.
  std::string endpoint(Service service, const RegionName& region) const;
  // No configured endpoint, or one whose host is under an AWS DNS suffix.
  bool is_aws(Service service) const;
  // kUsage for what can not be a region: on AWS's hosts one that no partition has ("unknown
  // region"), elsewhere what could not stand in a URL.
  Result<void> check_region(const RegionName& region) const;
};

// What the program was started with. Pure input, so that tests need no real environment.
struct SessionInput {
  std::optional<std::string> profile;       // --profile
  std::optional<std::string> region;        // --region, the first one
  std::optional<std::string> endpoint_url;  // --endpoint-url
  std::optional<std::string> ca_bundle;     // --ca-bundle
  std::map<std::string, std::string> environment;
  std::string home;  // for ~/.aws
  // The file's text; an error of kNotFound where there is none.
  std::function<Result<std::string>(const std::string& path)> read_file;
};

// The order of the AWS CLI (facts/aws.md, 4), as far as this version goes: environment keys, then
// the profile's keys in the shared credentials and config files. What a profile asks for and this
// version can not do (roles, SSO, credential_process) is said by name, never passed over.
Result<Session> load_session(const SessionInput& input);

// Whether the URL's host is under one of AWS's DNS suffixes (VPC endpoints are).
bool is_aws_host(std::string_view url);

// "aws", "aws-cn", …: the partition that the region belongs to; nothing when no pattern fits.
std::optional<std::string> partition_of(const RegionName& region);

}  // namespace v2only::aws
