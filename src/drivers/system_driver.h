// Carries out everything that a run with CVO systems asks for: what AwsDriver does, and looks at
// and acts on systems through EC2, ONTAP and the Console, over one Transport.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "aws/caller.h"
#include "core/clock.h"
#include "drivers/agent_look.h"
#include "drivers/aws_driver.h"
#include "drivers/driver.h"
#include "drivers/system_acts.h"
#include "drivers/system_look.h"
#include "net/shared_transport.h"
#include "netapp/console_caller.h"
#include "netapp/ontap_caller.h"

namespace v2only::drivers {

// All must outlive the driver. The callers are on branches of `shared`; `probes` is one too.
struct SystemDriverParts {
  AwsDriver& options;
  aws::Caller& aws;
  netapp::OntapCaller& ontap;
  netapp::ConsoleCaller* console = nullptr;  // null: the facts give none
  net::SharedTransport& shared;
  net::Transport& probes;
  const Clock& clock;
};

class SystemDriver final : public Driver {
 public:
  // `reason`: what ONTAP's log shows of a shutdown.
  SystemDriver(const fleet::Plan& plan, SystemDriverParts parts, std::string reason);

  void carry_out(const engine::Effect& effect) override;
  std::vector<engine::Event> wait(MonoTime until) override;

 private:
  // A question of a look under way.
  struct Pending {
    engine::EffectId effect = 0;
    std::uint64_t number = 0;
  };
  struct Ec2Act {
    engine::EffectId effect = 0;
    aws::ApiCall call;
  };
  using Pendings = std::map<std::uint64_t, Pending>;

  void start(const engine::ReadSystem& effect);
  void start(const engine::ActOnSystem& effect);
  void start(const engine::ReadAgent& effect);
  void submit(engine::EffectId effect, std::vector<SystemLook::Asked> asked);
  void submit(engine::EffectId effect, std::vector<AgentLook::Asked> asked);
  template <class Reply>
  bool answer_look(Pendings& pendings, const Reply& reply);
  template <class Reply>
  void answer_agent(engine::EffectId effect, std::uint64_t number, const Reply& reply);
  void acted(const Ec2Act& act, const aws::ApiReply& reply);
  fleet::Logins logins() const;
  void pump();
  std::vector<engine::Event> events();
  MonoTime next_due(MonoTime until) const;

  SystemDriverParts parts_;
  std::map<UnitId, SystemAccess> access_;
  SystemActs acts_;
  std::optional<fleet::ConsoleAccess> console_access_;
  std::map<engine::EffectId, SystemLook> looks_;
  struct AgentAsked {
    InstanceId instance;
    AgentLook look;
  };
  std::map<engine::EffectId, AgentAsked> agent_looks_;
  std::map<InstanceId, KnownAgent> known_agents_;
  Pendings aws_;
  Pendings ontap_;
  Pendings console_;
  Pendings probing_;
  std::map<aws::CallId, Ec2Act> ec2_acts_;
  std::vector<engine::Event> ready_;
};

// What a plan and its facts say of how each CVO system in it is looked at.
std::map<UnitId, SystemAccess> accesses_of(const fleet::Plan& plan);

}  // namespace v2only::drivers
