// A client for the tests of the simulated world: signed calls, answers taken apart by name.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/world.h"

namespace v2only::sim::testing {

using Params = std::vector<std::pair<std::string, std::string>>;

inline const WallTime kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);

inline std::string instance_id(int number) {
  auto digits = std::to_string(number);
  return "i-0" + std::string(16 - digits.size(), '0') + digits;
}

// A running instance in eu-west-1, launched a year before the world's start.
InstanceSpec plain_instance(int number);
// `count` of them, regions eu-west-1 and us-east-1 enabled, ap-east-1 not opted in, no delays.
WorldSpec plain_spec(int count);

struct Asker {
  std::string service = "ec2";
  std::string region = "eu-west-1";
  std::string access_key_id = "AKIDSIMULATED0000001";
  std::string secret = "simulated-secret-key-not-a-real-one";
  Duration clock_error{};  // of the caller's clock

  // A signed Query request; Version goes along by service.
  net::Request request(const std::string& action, const Params& params, WallTime now) const;
  // A signed request of a JSON 1.1 protocol.
  net::Request json_request(const std::string& target, const std::string& body, WallTime now) const;

 private:
  void sign(net::Request& request, WallTime now) const;
};

// GetMetricData, DescribeInstances, …: asks and takes the answer's body, whatever it is.
Answer ask(World& world, WallTime now, const std::string& action, const Params& params = {},
           const Asker& asker = {});

// The texts of all elements of that name, in the order of the document.
std::vector<std::string> texts(const Answer& answer, const std::string& element);
// The first one, or "".
std::string text(const Answer& answer, const std::string& element);
inline std::string code(const Answer& answer) { return text(answer, "Code"); }

fleet::OptionSet options(std::string_view tokens, int hops, std::string_view endpoint = "enabled");
// The parameters of a Modify call that sets tokens required and the endpoint enabled.
Params require_tokens(const std::string& id);

}  // namespace v2only::sim::testing
