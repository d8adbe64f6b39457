// An App whose streams are texts and whose clock stands still until it is moved.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/app.h"

namespace v2only::cli::test {

class StillClock final : public Clock {
 public:
  Now now() const override { return now_; }
  void advance(Duration duration) {
    now_.wall += duration;
    now_.mono += duration;
  }

 private:
  Now now_{*parse_utc("2026-11-24T07:00:00Z"), MonoTime(std::chrono::hours(1))};
};

struct AppInMemory {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  StillClock clock;
  App app{out, err, in, false, false, false, {}, {}, {}, "/", clock, Random(1)};

  int run(const std::vector<std::string>& words) { return run_program(app, words); }
};

}  // namespace v2only::cli::test
