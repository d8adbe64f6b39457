// What the tests of the transport over sockets share.
#pragma once

#include <chrono>
#include <string>

#include "net/curl_transport.h"

namespace v2only::net::testing {

inline MonoTime in(Duration time) {
  return std::chrono::floor<Duration>(std::chrono::steady_clock::now()) + time;
}

inline CurlOptions options() {
  CurlOptions out;
  out.ignore_environment_proxies = true;
  return out;
}

inline Request get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

}  // namespace v2only::net::testing
