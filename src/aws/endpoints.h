// Partitions of AWS, their regions and hosts (botocore's partitions.json).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/session.h"
#include "core/ids.h"

namespace v2only::aws {

struct Partition {
  std::string_view name;         // "aws-cn"
  std::string_view prefixes;     // of its regions, with a blank between: "us eu ap"
  std::string_view suffix;       // "amazonaws.com.cn"
  std::string_view dual_suffix;  // of hosts that answer over IPv6 too
};

// By the region's pattern PREFIX-WORD-DIGITS; null when no partition has such regions.
const Partition* find_partition(std::string_view region);

// "ec2", "sts", "monitoring", "kms": in credential scopes and host names.
std::string_view signing_name(Service service);
// "EC2", "STS", "CLOUDWATCH", "KMS": in AWS_ENDPOINT_URL_…; in lower case in [services …] sections.
std::string_view config_name(Service service);

struct HostOptions {
  bool use_fips = false;
  bool use_dualstack = false;
};
// "ec2.eu-west-1.amazonaws.com". A region without a partition is taken as one of "aws".
std::string host_of(Service service, std::string_view region, HostOptions options);

}  // namespace v2only::aws
