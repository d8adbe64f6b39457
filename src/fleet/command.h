// The one call that changes an instance's options: which fields it carries, and the aws command
// line that makes the same call.
#pragma once

#include <string>

#include "fleet/plan.h"

namespace v2only::fleet {

// What ModifyInstanceMetadataOptions is sent. `current` is what was read just before the call:
// every value that does not change is taken from it, so that nothing which somebody has set since
// the plan is put back by the way, and an endpoint that is disabled stays so unless the step's
// `set` names it.
//  - AWS: the fields that change, HttpTokens and HttpEndpoint (AWS wants the endpoint named with
//    the others; facts/aws.md, 1).
//    A step that disables the endpoint sends its own fields alone: AWS refuses the others then.
//  - elsewhere: every field, for not every implementation keeps what is left out; beside an
//    endpoint that goes off too, the others with the values that they have (moto would else put
//    them back to its defaults; facts/aws.md, 12).
// A field that was never observed is sent only where the step sets it.
OptionSet fields_to_send(const Step& step, const OptionSet& current, bool aws_endpoint);

// The same with the options as they were when planned.
OptionSet fields_to_send(const Step& step, bool aws_endpoint);

// Where the command is to go, beyond the step's own region.
struct CommandTarget {
  std::string endpoint = "aws";  // Plan::endpoint; "{region}" stands for the step's region
  std::string profile;           // --profile; empty: the caller's default

  bool aws() const { return endpoint == "aws"; }
};

// "aws ec2 modify-instance-metadata-options --region … --instance-id … --http-tokens required …"
std::string aws_command(const RegionName& region, const InstanceId& instance, const OptionSet& send,
                        const CommandTarget& target);

// "aws ec2 VERB --region … --instance-ids …", for runbooks.
std::string aws_command(std::string_view verb, const RegionName& region, const InstanceId& instance,
                        const CommandTarget& target);

}  // namespace v2only::fleet
