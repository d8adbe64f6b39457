#include "sim/log_json.h"

#include <gmock/gmock.h>

namespace v2only::sim {
namespace {

TEST(LogJson, EachEntryIsALineAndWhatWasOnlyShownIsNone) {
  LogEntry shown;
  shown.kind = LogEntry::Kind::kServed;
  LogEntry stopped;
  stopped.kind = LogEntry::Kind::kStopped;
  stopped.instance = InstanceId("i-0123456789abcdef0");
  stopped.caller = "AKID";
  LogEntry modified = stopped;
  modified.kind = LogEntry::Kind::kModified;
  modified.after.set(fleet::OptionField::kHttpTokens, "required");
  EXPECT_EQ(log_json({shown, stopped, modified}),
            R"({"At":"1970-01-01T00:00:00Z","Kind":"stopped","InstanceId":"i-0123456789abcdef0",)"
            R"("Caller":"AKID"})"
            "\n"
            R"({"At":"1970-01-01T00:00:00Z","Kind":"modified","InstanceId":"i-0123456789abcdef0",)"
            R"("Caller":"AKID","After":"HttpTokens=required"})"
            "\n");
}

}  // namespace
}  // namespace v2only::sim
