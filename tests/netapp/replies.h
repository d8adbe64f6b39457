// What the tests of this room share: a system, its addresses, and answers by path.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "aws/scripted_transport.h"
#include "netapp/ontap_caller.h"

namespace v2only::netapp::testing {

using aws::testing::answer;
using aws::testing::ManualClock;
using aws::testing::Result;
using aws::testing::ScriptedTransport;
using net::Sent;
using net::TransportErrorKind;

inline const UnitId kSystem{"VsaWorkingEnvironment-a1b2c3d4"};
inline const std::string kFirst = "https://10.0.0.11";
inline const std::string kSecond = "https://10.0.0.12";

inline OntapTarget target() {
  OntapTarget out;
  out.system = kSystem;
  out.endpoints = {kFirst, kSecond};
  out.user = "v2only";
  out.password = Secret("correct horse");
  out.tls.fingerprint = "sha256:" + std::string(64, 'a');
  return out;
}

inline net::Response json_answer(int status, std::string body) {
  return answer(status, std::move(body), {{"Content-Type", "application/hal+json"}});
}

inline net::Response ontap_error(int status, const std::string& code, const std::string& message) {
  return json_answer(status,
                     R"({"error":{"message":")" + message + R"(","code":")" + code + "\"}}");
}

inline net::TransportError broken(TransportErrorKind kind, Sent sent,
                                  const std::string& text = "it broke") {
  return {kind, sent, text};
}

inline std::string host_of(const net::Request& request) {
  return request.url.substr(0, request.url.find('/', 8));
}
inline std::string path_of(const net::Request& request) {
  return request.url.substr(host_of(request).size());
}

// What a caller gives back, of ONTAP or of the Console.
template <class Reply>
Reply done(std::string body) {
  Reply reply;
  reply.fate = Fate::kDone;
  reply.http_status = 200;
  reply.body = std::move(body);
  return reply;
}

template <class Reply>
Reply failed(Fate fate, int status, const std::string& why = "no answer") {
  Reply reply;
  reply.fate = fate;
  reply.http_status = status;
  reply.why = {ErrorCode::kUnreachable, why, {}, {}};
  return reply;
}

// A file below tests/netapp/data.
inline std::string data(const std::string& name) {
  std::ifstream file(std::string(V2_TEST_DATA) + "/" + name);
  if (!file) throw std::runtime_error("no test data " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace v2only::netapp::testing
