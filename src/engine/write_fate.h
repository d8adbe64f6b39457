// What became of a call that changes the world.
#pragma once

#include <cstdint>

namespace v2only::engine {

enum class WriteFate : std::uint8_t { kDone, kRefused, kUnknown };

}  // namespace v2only::engine
