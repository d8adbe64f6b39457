// One CVO system for tests, in virtual time: its ONTAP is asked over the world's front door.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>

#include "asking.h"
#include "core/text.h"
#include "sim/fleet_builder.h"

namespace v2only::sim::testing {

namespace json = boost::json;

inline const UnitId kSystem("VsaWorkingEnvironment-a1b2c3d4");

// An HA pair cvo1 (nodes cvo1-01 and cvo1-02, a mediator), or a single node.
WorldSpec pair_spec(const std::string& version = "9.13.1P4",
                    FailoverMode failover = FailoverMode::kPrivateIp);
WorldSpec single_spec(const std::string& version = "9.13.1P4");

class Pair {
 public:
  explicit Pair(WorldSpec spec = pair_spec());

  const CvoSpec& cvo() const { return world.spec().cvo.front(); }
  const CvoNodeSpec& of(int node) const { return cvo().nodes.at(static_cast<std::size_t>(node)); }
  std::string instance(int node) const { return of(node).instance.str(); }
  std::string mediator() const { return cvo().mediator->str(); }
  std::string address(int node) const { return of(node).management_address; }
  std::string data(int node) const { return of(node).data_addresses.front(); }

  void pass(Duration by) { world.advance_to(now += by); }
  // In steps of a second, until it holds; fails the test after an hour.
  void until(const std::function<bool()>& holds);

  Answer ontap(const std::string& method, const std::string& path, const std::string& body = {},
               const std::string& to = {});
  // The JSON of a 2xx answer; fails the test otherwise.
  json::value get(const std::string& path, const std::string& to = {});
  // The record of a node, as its partner tells it where it can not.
  json::object node(int number);
  std::string node_state(int number) { return std::string(node(number).at("state").as_string()); }
  std::string takeover(int number);
  std::string giveback(int number);
  std::string uuid(int number);
  // A PATCH with that action; the job's uuid.
  std::string act(int number, const std::string& action);
  std::string error_code(const Answer& answer) const;
  std::string job_state(const std::string& uuid);
  std::string mirror();

  Answer ec2(const std::string& action, const std::string& instance);
  void require_tokens_on(const std::string& instance);
  // Takes the node over, stops its instance, starts it, and waits until it is given back.
  void cycle(int node);

  std::vector<LogEntry> log_of(LogEntry::Kind kind) const;

  WallTime now = kStart;
  World world;
};

}  // namespace v2only::sim::testing
