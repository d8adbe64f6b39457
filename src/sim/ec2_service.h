// The EC2 API of the simulated account.
#pragma once

#include <string_view>
#include <vector>

#include "core/random.h"
#include "sim/call.h"
#include "sim/spec.h"
#include "sim/state.h"

namespace v2only::sim {

// What the actions work on. `shown` collects what an answer tells of instances; it counts as told
// only once the answer has reached its caller.
struct Ec2 {
  const WorldSpec& spec;
  const std::map<ImageId, fleet::Image>& images;
  State& state;
  Random& random;
  std::vector<LogEntry>& shown;
};

// DescribeInstances, DescribeRegions, DescribeImages, ModifyInstanceMetadataOptions; InvalidAction
// for any other.
Served serve_ec2(Ec2& ec2, const Call& call);

Served describe_instances(Ec2& ec2, const Call& call);
Served modify_instance_metadata_options(Ec2& ec2, const Call& call);
Served describe_regions(Ec2& ec2, const Call& call);
Served describe_images(Ec2& ec2, const Call& call);

// The namespace that every answer carries.
inline constexpr std::string_view kEc2Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

// DryRun=true, where everything else was in order.
ApiFault dry_run_succeeded();
// A parameter that must be "true" or "false"; false where it is missing.
Result<bool, ApiFault> read_flag(const Form& form, std::string_view name);

}  // namespace v2only::sim
