// What carries out the engine's effects and brings back what came of them.
#pragma once

#include <vector>

#include "core/time.h"
#include "engine/effect.h"

namespace v2only::drivers {

class Driver {
 public:
  virtual ~Driver() = default;

  // Starts it; nothing blocks.
  virtual void carry_out(const engine::Effect& effect) = 0;
  // What has come in by `until`; may be empty.
  virtual std::vector<engine::Event> wait(MonoTime until) = 0;

 protected:
  Driver() = default;
  Driver(const Driver&) = default;
  Driver& operator=(const Driver&) = default;
};

}  // namespace v2only::drivers
