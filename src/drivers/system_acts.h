// Carries out acts on CVO systems: by ONTAP, by the Console. (EC2's stop, start and reboot go
// through aws/.) An act that only begins with its answer, a job or a task, is followed to its end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "engine/effect.h"
#include "fleet/plan.h"
#include "netapp/console_caller.h"
#include "netapp/job.h"
#include "netapp/ontap_caller.h"
#include "netapp/task.h"

namespace v2only::drivers {

class SystemActs {
 public:
  // `console` may be null: then no act goes through it. All must outlive this.
  SystemActs(const fleet::Plan& plan, netapp::OntapCaller& ontap, netapp::ConsoleCaller* console,
             const Clock& clock, std::string reason);

  // ONTAP's and the Console's acts only.
  void start(const engine::ActOnSystem& effect);
  // Whether the answer was to one of these.
  bool take(const netapp::OntapReply& reply);
  bool take(const netapp::ConsoleReply& reply);

  // Asks after jobs and tasks whose time it is.
  void look_after();
  std::optional<MonoTime> due() const;

  std::vector<engine::ActAnswered> answers();

 private:
  struct Followed {
    engine::EffectId effect = 0;
    std::string request_id;  // of the job or the task
    std::optional<netapp::JobWatch> job;
    std::optional<netapp::TaskWatch> task;
    MonoTime next{};
    MonoTime give_up{};
    bool goes_silent = false;  // ONTAP itself goes away by it: a shutdown
    int silent = 0;            // looks in a row that nobody answered
    bool asking = false;
  };

  const fleet::CvoNode& node_of(const engine::ActOnSystem& effect) const;
  std::optional<netapp::OntapCall> ontap_call(const engine::ActOnSystem& effect) const;
  void follow(Followed followed, engine::ActKind kind);
  void judge(std::uint64_t number, netapp::JobState state, const std::string& said,
             const fleet::OntapFailure& failure);
  void answer(engine::ActAnswered answer) { answers_.push_back(std::move(answer)); }

  std::map<UnitId, const fleet::CvoSystem*> systems_;
  netapp::OntapCaller& ontap_;
  netapp::ConsoleCaller* console_;
  const Clock& clock_;
  std::string reason_;  // what ONTAP's log shows: "v2only r-… (IMDSv2 only)"
  fleet::OntapPolicy policy_;
  struct Begun {
    engine::EffectId effect = 0;
    engine::ActKind kind = engine::ActKind::kNote;
  };
  std::map<netapp::CallId, Begun> ontap_acts_;
  std::map<netapp::CallId, Begun> console_acts_;
  std::map<std::uint64_t, Followed> followed_;
  std::map<netapp::CallId, std::uint64_t> job_calls_;
  std::map<netapp::CallId, std::uint64_t> task_calls_;
  std::map<engine::EffectId, UnitId> unit_of_;
  std::uint64_t next_ = 1;
  std::vector<engine::ActAnswered> answers_;
};

// What the act rests on, whoever carries it out; nothing where nothing guards it.
std::optional<Guard> guard_of(const engine::ActOnSystem& effect);

// Whether the act is EC2's.
bool is_ec2_act(engine::ActKind kind);

}  // namespace v2only::drivers
