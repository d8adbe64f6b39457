// The real clock. Only the program's edges own one.
#pragma once

#include "core/clock.h"

namespace v2only::net {

class SystemClock final : public Clock {
 public:
  Now now() const override;
};

}  // namespace v2only::net
