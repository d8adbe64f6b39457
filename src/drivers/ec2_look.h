// What EC2 says of a CVO system's members, as calls and answers. No waiting in here: whoever drives
// a Caller drives this along.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "aws/caller.h"
#include "fleet/system_reading.h"

namespace v2only::drivers {

// What is asked beside state, options and launch time, which always are.
struct Ec2Parts {
  bool status = false;     // status checks, scheduled events
  bool deep = false;       // that they come back: attributes, volumes, keys
  bool boot_mark = false;  // the console output
  // Calls that are tried with DryRun, by the member; on AWS's own endpoints only.
  std::map<InstanceId, std::vector<aws::ApiCall>> tried = {};
};

class Ec2Look {
 public:
  Ec2Look(RegionName region, std::vector<InstanceId> members, Ec2Parts parts);

  // The calls to be made now, each with a number that take() wants back.
  struct Asked {
    std::size_t number = 0;
    aws::ApiCall call;
  };
  std::vector<Asked> begin();
  // At which instances these addresses are: by route where there is one, else by private address.
  std::vector<Asked> ask_addresses(const std::vector<std::string>& addresses);
  std::vector<Asked> take(std::size_t number, const aws::ApiReply& reply);
  bool finished() const { return open_.empty(); }

  // What has been read; whole once finished. What could not be read is absent, its error line with
  // its member or, of addresses, in `errors`.
  void put_into(fleet::SystemReading& reading) const;

 private:
  // What to make of a call's answer.
  using Take = std::function<std::vector<Asked>(const aws::ApiCall&, const aws::ApiReply&)>;
  struct Open {
    aws::ApiCall call;
    Take take;
  };

  Asked ask(aws::ApiCall call, Take take);
  Asked ask_instances();
  Asked ask_status();
  std::vector<Asked> ask_deep(const InstanceId& id);
  std::vector<Asked> ask_permissions(const InstanceId& id);
  Asked ask_volumes(std::string_view next_token);
  Asked ask_key(const std::string& key, std::vector<InstanceId> users);
  Asked ask_boot_mark(const InstanceId& id, bool latest);
  Asked ask_routes(std::string_view next_token);
  Asked ask_interfaces(std::string_view next_token);

  std::vector<InstanceId> ids() const;
  fleet::MemberReading& member(const InstanceId& id);
  void failed(const InstanceId& id, const Error& error);
  void failed_all(const Error& error);
  // Where an address is, by one route or one interface.
  struct Placed {
    std::string vpc;
    InstanceId at;  // empty: at no instance
    bool by_route = false;
  };
  void place(const std::string& address, const std::string& vpc, const InstanceId& at,
             bool by_route);
  fleet::AddressReading reading_of(const std::string& address,
                                   const std::vector<Placed>& said) const;

  RegionName region_;
  Ec2Parts parts_;
  std::vector<fleet::MemberReading> members_;
  fleet::MemberReading stranger_;  // what is said of instances that nobody asked for is dropped
  std::map<std::string, std::vector<InstanceId>> keys_;  // of volumes, by the members that use them
  std::map<std::string, std::vector<Placed>> addresses_;
  std::set<std::string> vpcs_;  // of the members
  bool addresses_asked_ = false;
  bool addresses_failed_ = false;
  std::vector<std::string> errors_;
  std::map<std::size_t, Open> open_;
  std::size_t next_ = 1;
};

// The newest boot that a console output shows: its last line that says so. Empty: none does.
std::string newest_boot(std::string_view console_output);

}  // namespace v2only::drivers
