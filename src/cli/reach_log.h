// Says once that a region cannot be read, and once that it answers again: a run that waits must not
// look like one that hangs.
#pragma once

#include <map>
#include <string>

#include "cli/app.h"
#include "core/ids.h"
#include "core/time.h"

namespace v2only::cli {

class ReachLog {
 public:
  explicit ReachLog(const App& app) : app_(app) {}

  // The line to say about a listing that is over, or nothing. `error` is empty where it was read.
  std::string heard(const RegionName& region, const Now& asked_at, const std::string& error);

 private:
  const App& app_;
  std::map<RegionName, Now> away_since_;
};

}  // namespace v2only::cli
