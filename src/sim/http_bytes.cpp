#include "sim/http_bytes.h"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <utility>

namespace v2only::sim {

std::string to_bytes(const net::Response& response, bool keep_alive) {
  namespace http = boost::beast::http;
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string out;
  out.reserve(response.body.size() + 512);
  out += fmt::format("HTTP/1.1 {} {}\r\n", response.status, std::string(reason));
  for (const auto& header : response.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  out += fmt::format("Content-Length: {}\r\nConnection: {}\r\n\r\n", response.body.size(),
                     keep_alive ? "keep-alive" : "close");
  return out.append(response.body);
}

net::Response plain_answer(int status, std::string why) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", "text/plain"});
  response.body = std::move(why) + "\n";
  return response;
}

std::string half_of(const net::Response& response) {
  auto bytes = to_bytes(response, true);
  bytes.resize(bytes.size() - (response.body.size() + 1) / 2 - (response.body.empty() ? 3 : 0));
  return bytes;
}

}  // namespace v2only::sim
