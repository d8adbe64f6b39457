#include "cli/app.h"

#include <gtest/gtest.h>

#include <sstream>
#include <streambuf>

#include "net/system_clock.h"

namespace v2only::cli {
namespace {

// Takes nothing, as a full disk does.
class Full final : public std::streambuf {};

struct Outcome {
  int code = 0;
  std::string err;
};

Outcome version_into(std::streambuf* buffer, bool reader_left) {
  std::ostream out(buffer);
  std::ostringstream err;
  std::istringstream in;
  const net::SystemClock clock;
  App app{out,
          err,
          in,
          false,
          false,
          false,
          {},
          {},
          {},
          "/",
          clock,
          Random(1),
          [=] {
            return reader_left; }};
  const int code = run_program(app, {"--version"});
  return {code, err.str()};
}

TEST(RunProgram, OutputThatCannotBeWrittenIsAnErrorOfOneLine) {
  Full full;
  const auto done = version_into(&full, false);
  EXPECT_EQ(done.code, kExitError);
  EXPECT_EQ(done.err.rfind("v2only: the output could not be written whole", 0), 0U) << done.err;
}

TEST(RunProgram, OutputThatNobodyReadsAnyMoreIsNoError) {
  Full full;
  const auto done = version_into(&full, true);
  EXPECT_EQ(done.code, kExitDone);
  EXPECT_EQ(done.err, "");
}

TEST(RunProgram, OutputThatIsWrittenLeavesTheCodeAsItIs) {
  std::stringbuf buffer;
  EXPECT_EQ(version_into(&buffer, false).code, kExitDone);
  EXPECT_NE(buffer.str().find("v2only"), std::string::npos);
}

}  // namespace
}  // namespace v2only::cli
