#include "cli/live_display.h"

#include <gtest/gtest.h>

#include "app_in_memory.h"
#include "core/printable.h"
#include "engine/plans.h"
#include "engine/toy_drive.h"

namespace v2only::cli {
namespace {

// What stands on the last line after the newest redraw.
std::string last_line(const std::string& drawn) {
  constexpr std::string_view kBegin = "\r\x1b[K";
  return drawn.substr(drawn.rfind(kBegin) + kBegin.size());
}

TEST(LiveDisplay, EachRedrawFitsTheWindowAsItIsThen) {
  test::AppInMemory memory;
  memory.app.err_is_terminal = true;
  std::size_t width = 120;
  memory.app.err_width = [&] { return width; };
  const auto plan = engine::test::plan_of({1, 2});
  const auto engine = engine::Engine::create(plan, {}, {});
  ASSERT_TRUE(engine);
  LiveDisplay display(memory.app, plan, RunId("r-1"), false);
  display.show(*engine, memory.clock.now());
  const auto wide = width_of(last_line(memory.err.str()));
  EXPECT_GT(wide, 40U);
  width = 40;
  memory.clock.advance(std::chrono::seconds(1));
  display.show(*engine, memory.clock.now());
  const auto narrow = width_of(last_line(memory.err.str()));
  EXPECT_LE(narrow, 40U);
  EXPECT_GT(narrow, 0U);
}

TEST(LiveDisplay, ALogNamesTheCommandThatASystemAtAPauseWaitsFor) {
  test::AppInMemory memory;
  const auto plan = engine::test::toy_plan();
  const auto engine =
      engine::Engine::create(plan,
                             {engine::RunBegan{"", 1}, engine::WaveBegan{0},
                              engine::Paused{engine::test::kSystem, fleet::Pause::kMediator}},
                             {});
  ASSERT_TRUE(engine);
  LiveDisplay display(memory.app, plan, RunId("r-1"), false);
  display.show(*engine, memory.clock.now());
  display.show(*engine, memory.clock.now());
  const auto said = memory.err.str();
  const auto found = said.find("waits for v2only go r-1\n");
  ASSERT_NE(found, std::string::npos) << said;
  EXPECT_EQ(said.find("waits for", found + 1), std::string::npos) << "once is enough";
}

}  // namespace
}  // namespace v2only::cli
