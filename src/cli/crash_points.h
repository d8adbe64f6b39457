// V2ONLY_CRASH=entry:N:{before-commit,after-commit,after-send}: dies at that point of the run loop
// once N entries are durable. Only in a build with V2ONLY_CRASH_POINTS; elsewhere it does nothing.
#pragma once

#include <cstdint>
#include <functional>

#include "cli/app.h"
#include "drivers/run_loop.h"

namespace v2only::cli {

std::function<bool(drivers::CrashPoint, std::uint64_t)> crash_hook(const App& app);

}  // namespace v2only::cli
