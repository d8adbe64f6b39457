#include "aws/endpoints.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "net/url.h"

namespace v2only::aws {
namespace {

constexpr std::array<Partition, 8> kPartitions = {{
    {"aws", "us eu ap sa ca me af il mx", "amazonaws.com", "api.aws"},
    {"aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
}};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// ^PREFIX-\w+-\d+$: the anchors keep us-gov-west-1 out of "aws".
bool fits(std::string_view region, std::string_view prefix) {
  if (!region.starts_with(prefix)) return false;
  const auto rest = region.substr(prefix.size());
  const auto last = rest.rfind('-');
  return rest.starts_with('-') && last > 0 && is_word(rest.substr(1, last - 1)) &&
         is_digits(rest.substr(last + 1));
}

bool is_under(std::string_view host, std::string_view suffix) {
  return host.size() > suffix.size() + 1 && host.ends_with(suffix) &&
         host[host.size() - suffix.size() - 1] == '.';
}

// GovCloud's ordinary hosts are its FIPS hosts.
bool needs_fips_name(const Partition& partition, HostOptions options) {
  return options.use_fips && partition.name != "aws-us-gov";
}

}  // namespace

const Partition* find_partition(std::string_view region) {
  for (const auto& partition : kPartitions) {
    for (const auto& prefix : split(partition.prefixes, ' ')) {
      if (fits(region, prefix)) return &partition;
    }
  }
  return nullptr;
}

std::optional<std::string> partition_of(const RegionName& region) {
  const auto* partition = find_partition(region.str());
  if (partition == nullptr) return std::nullopt;
  return std::string(partition->name);
}

bool is_aws_host(std::string_view url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return false;
  return std::any_of(kPartitions.begin(), kPartitions.end(), [&](const Partition& partition) {
    return is_under(parsed->host, partition.suffix) ||
           is_under(parsed->host, partition.dual_suffix);
  });
}

std::string_view signing_name(Service service) {
  switch (service) {
    case Service::kEc2:
      return "ec2";
    case Service::kSts:
      return "sts";
    case Service::kCloudWatch:
      return "monitoring";
    case Service::kKms:
      return "kms";
  }
  return "";
}

std::string_view config_name(Service service) {
  switch (service) {
    case Service::kEc2:
      return "EC2";
    case Service::kSts:
      return "STS";
    case Service::kCloudWatch:
      return "CLOUDWATCH";
    case Service::kKms:
      return "KMS";
  }
  return "";
}

std::string host_of(Service service, std::string_view region, HostOptions options) {
  const auto* found = find_partition(region);
  const auto& partition = found != nullptr ? *found : kPartitions.front();
  std::string host(signing_name(service));
  if (needs_fips_name(partition, options)) host += "-fips";
  host.append(".").append(region).append(".");
  return host.append(options.use_dualstack ? partition.dual_suffix : partition.suffix);
}

}  // namespace v2only::aws
