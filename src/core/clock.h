// The clock is handed in; only the program's edges own a real one.
#pragma once

#include "core/time.h"

namespace v2only {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() const = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

}  // namespace v2only
