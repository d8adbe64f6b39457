// One API call on its way through the simulated services, and what they answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"
#include "sim/faults.h"
#include "sim/form.h"

namespace v2only::sim {

enum class Protocol : std::uint8_t {
  kEc2,     // Query, EC2's dialect
  kQuery,   // Query as STS and CloudWatch speak it
  kJson,    // JSON 1.0, CloudWatch
  kJson11,  // JSON 1.1, KMS
};

struct Call {
  std::string service;  // the signing name: "ec2", "sts", "monitoring", "kms"; "ontap", "console"
  Protocol protocol = Protocol::kEc2;
  RegionName region;
  std::string action;
  Form form;           // the Query protocols
  std::string json;    // the JSON protocol's body
  UnitId system;       // of service "ontap"
  std::string caller;  // access key id
  std::string request_id;
  WallTime now{};
  FaultDraw faults;
};

// What a service refuses with. The protocol decides how it is written down.
struct ApiFault {
  std::string code;
  std::string message;
  int status = 400;
};

// The whole body of a success, in the call's protocol.
using Served = Result<std::string, ApiFault>;

inline Unexpected<ApiFault> refuse(std::string code, std::string message, int status = 400) {
  return {ApiFault{std::move(code), std::move(message), status}};
}

// Whether the call changes the world.
bool is_write(std::string_view action);

// "i-…" that the call itself names: by id, by an instance-id filter, or as a metric's dimension.
bool names_instance(const Call& call, const InstanceId& id);

}  // namespace v2only::sim
