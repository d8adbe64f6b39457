// A request to the Console, taken apart, and how it is answered. Private to console*.cpp.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "sim/console.h"
#include "sim/form.h"

namespace v2only::sim {

struct Console::Asked {
  Asked(const net::Request& request, WallTime now);
  bool is(std::string_view method, std::string_view path) const;

  const net::Request& request;
  std::vector<std::string> path;
  Form query;
  WallTime now;
};

net::Response console_answer(int status, const json::value& body, WallTime now);
std::string_view console_header(const net::Request& request, std::string_view name);

}  // namespace v2only::sim
