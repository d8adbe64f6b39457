// The way from a facts file to ONTAP and the NetApp Console: clients put together, secrets read.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cli/app.h"
#include "cli/world_access.h"
#include "drivers/aws_driver.h"
#include "drivers/system_driver.h"
#include "fleet/facts.h"
#include "fleet/plan.h"
#include "netapp/console_caller.h"
#include "netapp/ontap_caller.h"

namespace v2only::cli {

class SystemsAccess {
 public:
  // Reads the secrets of the Console and of the systems in `which`; `run` goes into the User-Agent.
  // `access` must outlive it.
  static std::unique_ptr<SystemsAccess> open(const App& app, const fleet::Facts& facts,
                                             const std::set<UnitId>& which, WorldAccess& access,
                                             const RunId& run);

  // One more system, or one anew.
  void know(const UnitId& system, const fleet::Facts& facts);
  netapp::ConsoleCaller* console() { return console_.get(); }  // null: there is none to ask

  // What could not be read: such a system, or the Console, cannot be asked.
  const std::map<UnitId, Error>& unread() const { return unread_; }
  const std::optional<Error>& console_unread() const { return console_unread_; }
  // The first of them.
  Result<void> all_read() const;

  drivers::SystemDriverParts parts(drivers::AwsDriver& options);

 private:
  SystemsAccess(const App& app, WorldAccess& access) : app_(app), access_(access) {}
  void open_console(const fleet::Facts& facts, const netapp::CallerOptions& options);

  const App& app_;
  WorldAccess& access_;
  std::unique_ptr<netapp::OntapCaller> ontap_;
  std::unique_ptr<netapp::ConsoleCaller> console_;
  net::Transport* probes_ = nullptr;
  std::map<UnitId, Error> unread_;
  std::optional<Error> console_unread_;
};

// The systems that a plan restarts.
std::set<UnitId> systems_of(const fleet::Plan& plan);
// Whether it changes Console agents that the Console can be asked about.
bool soaks_agents(const fleet::Plan& plan);

}  // namespace v2only::cli
