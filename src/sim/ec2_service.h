// The EC2 API of the simulated account.
#pragma once

#include <string_view>
#include <vector>

#include "core/random.h"
#include "sim/addresses.h"
#include "sim/call.h"
#include "sim/spec.h"
#include "sim/state.h"
#include "sim/xml_writer.h"

namespace v2only::sim {

// What the actions work on. `shown` collects what an answer tells of instances; it counts as told
// only once the answer has reached its caller.
struct Ec2 {
  const WorldSpec& spec;
  const std::map<ImageId, fleet::Image>& images;
  State& state;
  const Addresses& addresses;
  WallTime start;  // of the world
  Random& random;
  std::vector<LogEntry>& shown;
};

// InvalidAction for any that is not below.
Served serve_ec2(Ec2& ec2, const Call& call);

Served describe_instances(Ec2& ec2, const Call& call);
Served modify_instance_metadata_options(Ec2& ec2, const Call& call);
Served describe_regions(Ec2& ec2, const Call& call);
Served describe_images(Ec2& ec2, const Call& call);
Served stop_instances(Ec2& ec2, const Call& call);
Served start_instances(Ec2& ec2, const Call& call);
Served reboot_instances(Ec2& ec2, const Call& call);
Served describe_instance_status(Ec2& ec2, const Call& call);
Served describe_instance_attribute(Ec2& ec2, const Call& call);
Served get_console_output(Ec2& ec2, const Call& call);
Served describe_volumes(Ec2& ec2, const Call& call);
Served describe_network_interfaces(Ec2& ec2, const Call& call);
Served describe_route_tables(Ec2& ec2, const Call& call);

// The namespace that every answer carries.
inline constexpr std::string_view kEc2Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

// DryRun=true, where everything else was in order.
ApiFault dry_run_succeeded();
// A parameter that must be "true" or "false"; false where it is missing.
Result<bool, ApiFault> read_flag(const Form& form, std::string_view name);
// MaxResults, 5 to 1,000; nothing where it is missing.
Result<std::optional<std::size_t>, ApiFault> read_max_results(const Form& form);
// Where the page of NextToken begins; 0 where there is none. `listing` names what is being listed:
// another listing's token is refused.
Result<std::uint64_t, ApiFault> read_next_token(const Form& form, const std::string& listing);
// The instance of the call's region that has the id; malformed and unknown ids are refused.
Result<InstanceIndex, ApiFault> find_instance(const Ec2& ec2, const Call& call,
                                              std::string_view id);
// InstanceId.N, one at least.
Result<std::vector<InstanceIndex>, ApiFault> named_instances(const Ec2& ec2, const Call& call);
// <name><code/><name/></name>
void write_instance_state(XmlWriter& xml, std::string_view name, fleet::InstanceState state);
// <ActionResponse xmlns=…><requestId>, and the end of it.
XmlWriter begin_answer(const Call& call);
std::string end_answer(XmlWriter& xml, const Call& call);

}  // namespace v2only::sim
