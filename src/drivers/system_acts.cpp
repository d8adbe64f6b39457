#include "drivers/system_acts.h"

#include <algorithm>
#include <utility>

#include "engine/planted.h"
#include "netapp/console_calls.h"
#include "netapp/ontap_calls.h"

namespace v2only::drivers {
namespace {

using engine::ActAnswered;
using engine::ActKind;
using engine::WriteFate;
using std::chrono::seconds;

constexpr int kMaintenanceHours = 4;
constexpr int kSilentLooks = 3;
// Design, invariant 8: what guards a restart and was read longer ago guards nothing.
constexpr Duration kGuardGoodFor = seconds(30);

WriteFate fate_of(netapp::Fate fate) {
  switch (fate) {
    case netapp::Fate::kDone:
      return WriteFate::kDone;
    case netapp::Fate::kRefused:
      return WriteFate::kRefused;
    case netapp::Fate::kUnknown:
      break;
  }
  return WriteFate::kUnknown;
}

// A job or a task that has not ended by then: what became of it is for the engine to see.
Duration follow_for(ActKind kind, const fleet::OntapTimeouts& limits) {
  switch (kind) {
    case ActKind::kHalt:
    case ActKind::kConsoleStop:
      return limits.stop;
    case ActKind::kConsoleStart:
      return limits.start;
    default:
      return limits.takeover;
  }
}

bool is_console_act(ActKind kind) {
  return kind == ActKind::kConsoleStop || kind == ActKind::kConsoleStart;
}

// Nothing left this machine, or whoever was asked is busy: worth another try.
template <class Reply>
bool worth_another(const Reply& reply) {
  return reply.fate == netapp::Fate::kRefused && !reply.login_refused &&
         (reply.held_back || reply.http_status == 0);
}

}  // namespace

std::optional<Guard> guard_of(const engine::ActOnSystem& effect) {
  if (!effect.read_at || engine::planted(engine::Planted::kStaleGate)) return std::nullopt;
  return Guard{*effect.read_at, kGuardGoodFor};
}

bool is_ec2_act(ActKind kind) {
  return kind == ActKind::kStop || kind == ActKind::kStart || kind == ActKind::kInstanceReboot;
}

SystemActs::SystemActs(const fleet::Plan& plan, netapp::OntapCaller& ontap,
                       netapp::ConsoleCaller* console, const Clock& clock, std::string reason)
    : ontap_(ontap),
      console_(console),
      clock_(clock),
      reason_(std::move(reason)),
      policy_(plan.policy.ontap) {
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (unit.cvo) systems_.emplace(unit.id, &*unit.cvo);
    }
  }
}

const fleet::CvoNode& SystemActs::node_of(const engine::ActOnSystem& effect) const {
  const auto& nodes = systems_.at(effect.act.unit)->nodes;
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const fleet::CvoNode& node) {
    return node.instance == effect.instance;
  });
  if (found == nodes.end()) std::abort();  // the engine acts on nodes of its plan only
  return *found;
}

std::optional<netapp::OntapCall> SystemActs::ontap_call(const engine::ActOnSystem& effect) const {
  const auto& unit = effect.act.unit;
  const auto& node = node_of(effect);
  switch (effect.act.kind) {
    case ActKind::kNote:
      return netapp::begin_maintenance(unit, node.name, kMaintenanceHours);
    case ActKind::kNoteEnd:
      return netapp::end_maintenance(unit, node.name);
    case ActKind::kShutdown:
      return netapp::shut_down_node(unit, node.uuid, reason_);
    case ActKind::kReboot:
      return netapp::reboot_node(unit, node.uuid, reason_);
    case ActKind::kTakeover:
      return netapp::take_over_by_cli(unit, node.name);
    case ActKind::kHalt:
      return netapp::shut_down_single_node(unit, node.uuid, reason_);
    default:
      return std::nullopt;
  }
}

void SystemActs::start(const engine::ActOnSystem& effect) {
  unit_of_.emplace(effect.id, effect.act.unit);
  const auto guard = guard_of(effect);
  if (is_console_act(effect.act.kind) && console_ != nullptr) {
    const auto& agent = systems_.at(effect.act.unit)->console_agent;
    auto call = effect.act.kind == ActKind::kConsoleStop
                    ? netapp::stop_single_node(effect.act.unit, agent)
                    : netapp::start_single_node(effect.act.unit, agent);
    call.guard = guard;
    console_acts_.emplace(console_->submit(std::move(call)), Begun{effect.id, effect.act.kind});
    return;
  }
  auto call = ontap_call(effect);
  if (!call) std::abort();  // the engine asks for the Console only where there is one
  call->guard = guard;
  ontap_acts_.emplace(ontap_.submit(*std::move(call)), Begun{effect.id, effect.act.kind});
}

bool SystemActs::take(const netapp::OntapReply& reply) {
  if (const auto job = job_calls_.extract(reply.id)) {
    auto& followed = followed_.at(job.mapped());
    const auto state = followed.job->take(reply);
    followed.silent = reply.http_status == 0 ? followed.silent + 1 : 0;
    judge(job.mapped(), state, followed.job->said(), followed.job->failure());
    return true;
  }
  const auto act = ontap_acts_.extract(reply.id);
  if (act.empty()) return false;
  if (reply.fate == netapp::Fate::kDone && !reply.job.empty()) {
    Followed followed;
    followed.effect = act.mapped().effect;
    followed.request_id = reply.job;
    followed.job.emplace(unit_of_.at(act.mapped().effect), reply.job);
    followed.goes_silent = act.mapped().kind == ActKind::kHalt;
    follow(std::move(followed), act.mapped().kind);
    return true;
  }
  ActAnswered out;
  out.id = act.mapped().effect;
  out.fate = fate_of(reply.fate);
  out.again = worth_another(reply);
  out.code = reply.error.code;
  if (reply.fate != netapp::Fate::kDone) {
    // What is denied is told with what to grant; else ONTAP's words are best.
    const bool own = reply.error.message.empty() || reply.why.code == ErrorCode::kDenied;
    out.message = own ? to_string(reply.why) : reply.error.message;
  }
  answer(std::move(out));
  return true;
}

bool SystemActs::take(const netapp::ConsoleReply& reply) {
  if (const auto task = task_calls_.extract(reply.id)) {
    auto& followed = followed_.at(task.mapped());
    const auto state = followed.task->take(reply);
    judge(task.mapped(), state, followed.task->said(), {});
    return true;
  }
  const auto act = console_acts_.extract(reply.id);
  if (act.empty()) return false;
  if (reply.fate == netapp::Fate::kDone && !reply.request_id.empty()) {
    Followed followed;
    followed.effect = act.mapped().effect;
    followed.request_id = reply.request_id;
    followed.task.emplace(reply.request_id,
                          systems_.at(unit_of_.at(act.mapped().effect))->console_agent);
    follow(std::move(followed), act.mapped().kind);
    return true;
  }
  ActAnswered out;
  out.id = act.mapped().effect;
  out.fate = fate_of(reply.fate);
  out.again = worth_another(reply) || reply.busy;
  out.request_id = reply.request_id;
  if (reply.fate != netapp::Fate::kDone) out.message = to_string(reply.why);
  answer(std::move(out));
  return true;
}

void SystemActs::follow(Followed followed, ActKind kind) {
  const auto now = clock_.now().mono;
  followed.next = now + policy_.poll;
  followed.give_up = now + follow_for(kind, policy_.timeouts);
  followed_.emplace(next_++, std::move(followed));
}

void SystemActs::judge(std::uint64_t number, netapp::JobState state, const std::string& said,
                       const fleet::OntapFailure& failure) {
  auto& followed = followed_.at(number);
  const auto now = clock_.now().mono;
  followed.asking = false;
  followed.next = now + policy_.poll;
  // A single node takes its jobs with it: accepted, and then silence that lasts, is its way to go.
  const bool gone = followed.goes_silent && followed.silent >= kSilentLooks;
  if (state == netapp::JobState::kUnderWay && now < followed.give_up && !gone) return;
  ActAnswered out;
  out.id = followed.effect;
  out.request_id = followed.request_id;
  if (state == netapp::JobState::kSucceeded || gone) {
    out.fate = WriteFate::kDone;
  } else if (state == netapp::JobState::kFailed) {
    out.fate = WriteFate::kRefused;
    out.code = failure.code;
    out.message = failure.message.empty() ? said : failure.message;
  } else {
    out.message = said;  // nobody knows how it ended
  }
  followed_.erase(number);
  answer(std::move(out));
}

void SystemActs::look_after() {
  const auto now = clock_.now().mono;
  for (auto& [number, followed] : followed_) {
    if (followed.asking || followed.next > now) continue;
    followed.asking = true;
    if (followed.job) {
      job_calls_.emplace(ontap_.submit(followed.job->call()), number);
    } else {
      task_calls_.emplace(console_->submit(followed.task->call()), number);
    }
  }
}

std::optional<MonoTime> SystemActs::due() const {
  std::optional<MonoTime> out;
  for (const auto& [number, followed] : followed_) {
    if (!followed.asking) out = std::min(out.value_or(followed.next), followed.next);
  }
  return out;
}

std::vector<ActAnswered> SystemActs::answers() { return std::exchange(answers_, {}); }

}  // namespace v2only::drivers
