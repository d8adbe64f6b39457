// Ctrl-C, SIGTERM and SIGHUP as counts. Once: nothing new begins. Ctrl-C or SIGTERM a second time:
// leave at once.
#pragma once

#include <optional>
#include <string>

#include "net/transport.h"

namespace v2only::cli {

// While one of these lives, the signals do not end the process; each wakes the transport.
class SignalWatch {
 public:
  explicit SignalWatch(net::Transport* transport);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  static std::optional<std::string> stop_asked();  // which one came first
  static bool leave_now();
};

}  // namespace v2only::cli
