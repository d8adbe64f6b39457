// A process's ways to the CVO systems of its world: what a command line puts together for a run.
#pragma once

#include <memory>
#include <vector>

#include "aws/caller.h"
#include "drivers/aws_driver.h"
#include "drivers/system_driver.h"
#include "engine/engine.h"
#include "fleet/system_plan.h"
#include "harness/phase.h"
#include "net/shared_transport.h"
#include "netapp/console_caller.h"
#include "netapp/ontap_caller.h"

namespace v2only::simtest {

// The clients, on branches of one transport. They die with their process, their requests do not.
class Clients {
 public:
  Clients(Stage& stage, net::Transport& below);

  net::Transport& for_aws() { return aws_; }
  // All systems whose ONTAP the facts give, asked as the plan wants it.
  fleet::SystemReadings read_all(Stage& stage);
  drivers::SystemDriverParts parts(Stage& stage, drivers::AwsDriver& options, aws::Caller& aws);

 private:
  fleet::SystemReading read(Stage& stage, const sim::CvoSpec& system);

  Wire wire_;
  net::SharedTransport shared_;
  net::Transport& aws_;
  net::Transport& probes_;
  netapp::OntapCaller ontap_;
  std::unique_ptr<netapp::ConsoleCaller> console_;
};

// The shipped driver, and an operator beside it who says `v2only go` now and then.
class OperatedDriver final : public drivers::Driver {
 public:
  OperatedDriver(Stage& stage, const fleet::Plan& plan, Clients& clients, aws::Caller& aws,
                 drivers::AwsDriver& options);

  void watch(const engine::Engine& engine) { engine_ = &engine; }
  void carry_out(const engine::Effect& effect) override { driver_.carry_out(effect); }
  std::vector<engine::Event> wait(MonoTime until) override;

 private:
  bool waits_for_go() const;

  Stage& stage_;
  drivers::SystemDriver driver_;
  const engine::Engine* engine_ = nullptr;
};

}  // namespace v2only::simtest
