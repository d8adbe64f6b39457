// A process's ways to the CVO systems of its world: what a command line puts together for a run.
#pragma once

#include <memory>

#include "aws/caller.h"
#include "drivers/aws_driver.h"
#include "drivers/system_driver.h"
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
  netapp::ConsoleCaller* console() { return console_.get(); }
  drivers::SystemDriverParts parts(Stage& stage, drivers::AwsDriver& options, aws::Caller& aws);

 private:
  Wire wire_;
  net::SharedTransport shared_;
  net::Transport& aws_;
  net::Transport& probes_;
  netapp::OntapCaller ontap_;
  std::unique_ptr<netapp::ConsoleCaller> console_;
};

}  // namespace v2only::simtest
