// Ctrl-C, SIGTERM and SIGHUP. Once: nothing new begins. Ctrl-C or SIGTERM a second time, half a
// second after the first or later: leave at once. What comes sooner is the same wish: timeout(1)
// and service managers send SIGTERM both to the process and to its group.
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
