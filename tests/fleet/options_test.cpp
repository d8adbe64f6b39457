#include "fleet/options.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "fleet/instance.h"
#include "plan_gen.h"

namespace v2only::fleet::test {
namespace {

TEST(OptionField, NamesAndFlagsAreAwss) {
  for (const auto field : kOptionFields) EXPECT_EQ(option_field(name_of(field)), field);
  EXPECT_EQ(option_field("httpTokens"), std::nullopt);
  EXPECT_EQ(flag_of(OptionField::kHttpPutResponseHopLimit), "--http-put-response-hop-limit");
}

TEST(OptionSet, HopLimitThatIsNoNumberIsNone) {
  for (const auto* text : {"", "many", "-1", "99999", "1.5"}) {
    OptionSet options;
    options.set(OptionField::kHttpPutResponseHopLimit, text);
    EXPECT_EQ(options.hop_limit(), std::nullopt) << text;
  }
}

RC_GTEST_PROP(OptionSet, PuttingBackTheInverseRestoresWhatWasChanged, ()) {
  const auto before = gen_options();
  const auto change = gen_options().only(before);
  const auto after = before.with(change);
  RC_ASSERT(after.satisfies(change));
  RC_ASSERT(after.with(before.only(change)) == before);
}

RC_GTEST_PROP(OptionSet, WhatChangedOverWhatWasIsWhatIs, ()) {
  const auto before = gen_options();
  const auto after = before.with(gen_options());
  RC_ASSERT(before.with(after.changed_from(before)) == after);
  RC_ASSERT(before.changed_from(before).empty());
}

TEST(InstanceState, NamesAreEc2s) {
  for (const auto* name :
       {"pending", "running", "shutting-down", "terminated", "stopping", "stopped"}) {
    EXPECT_EQ(name_of(instance_state(name)), name);
  }
  EXPECT_EQ(instance_state("on-fire"), InstanceState::kUnknown);
}

}  // namespace
}  // namespace v2only::fleet::test
