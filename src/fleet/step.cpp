#include "fleet/step.h"

namespace v2only::fleet {

Step make_step(const Instance& instance, const OptionSet& change, const CommandTarget& target) {
  OptionSet guarded = change;
  for (const auto field : {OptionField::kHttpTokens, OptionField::kHttpPutResponseHopLimit,
                           OptionField::kHttpEndpoint}) {
    guarded.set(field, {});
  }
  Step step;
  step.account = instance.account;
  step.region = instance.region;
  step.instance = instance.id;
  step.name = instance.name;
  step.observed = instance.options;
  step.expect = instance.options.only(guarded);
  step.set = change;
  step.command =
      aws_command(step.region, step.instance, fields_to_send(step, target.aws()), target);
  return step;
}

}  // namespace v2only::fleet
