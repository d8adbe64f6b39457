// What is decided of a Console agent after its change, as the journal keeps it.
#pragma once

#include <string>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::engine {

// The agent's options were seen applied: from then on it soaks.
struct SoakBegan {
  UnitId unit;
  WallTime at{};

  friend bool operator==(const SoakBegan&, const SoakBegan&) = default;
};

// It does not do its work any more: its options are being put back, then the unit ends.
struct SoakFailed {
  UnitId unit;
  std::string code;
  std::string why;

  friend bool operator==(const SoakFailed&, const SoakFailed&) = default;
};

}  // namespace v2only::engine
