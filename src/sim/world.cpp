#include "sim/world.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/random.h"
#include "core/text.h"
#include "sim/agenda.h"
#include "sim/auth.h"
#include "sim/buckets.h"
#include "sim/call.h"
#include "sim/cloudwatch_service.h"
#include "sim/ec2_service.h"
#include "sim/faults.h"
#include "sim/protocol.h"
#include "sim/state.h"
#include "sim/sts_service.h"

namespace v2only::sim {
namespace {

using Kind = FaultSpec::Kind;

std::map<ImageId, fleet::Image> all_images(const WorldSpec& spec) {
  auto images = spec.images;
  for (const auto& each : spec.instances) {
    if (each.instance.image) images.try_emplace(each.instance.image_id, *each.instance.image);
  }
  return images;
}

WorldSpec sped_up(WorldSpec spec, double speed) {
  const auto divide = [speed](Duration& d) {
    d = Duration(static_cast<Duration::rep>(static_cast<double>(d.count()) / speed));
  };
  for (auto* delay :
       {&spec.latency, &spec.apply_delay_min, &spec.apply_delay_max, &spec.consistency}) {
    divide(*delay);
  }
  for (auto& fault : spec.faults) {
    divide(fault.from);
    divide(fault.delay);
    if (fault.until) divide(*fault.until);
  }
  return spec;
}

ApiFault throttled(const Call& call) {
  if (call.service == "ec2") return {"RequestLimitExceeded", "Request limit exceeded.", 503};
  return {"Throttling", "Rate exceeded", 400};
}

ApiFault denied(const WorldSpec& spec, const Call& call) {
  const std::string prefix = call.service == "monitoring" ? "cloudwatch" : call.service;
  const auto who = "User: arn:aws:iam::" + spec.account.str() +
                   ":user/simulated-operator is not authorized to perform: " + prefix + ":" +
                   call.action;
  if (call.service != "ec2") return {"AccessDenied", who, 403};
  return {"UnauthorizedOperation", "You are not authorized to perform this operation. " + who, 403};
}

// A refusal that the fault script asks for; nothing for faults of other kinds.
std::optional<ApiFault> scripted_refusal(const WorldSpec& spec, const Call& call) {
  const auto* fault = call.faults.breaks;
  if (fault == nullptr) return std::nullopt;
  if (fault->kind == Kind::kThrottle) return throttled(call);
  if (fault->kind == Kind::kDeny) return denied(spec, call);
  if (fault->kind != Kind::kError) return std::nullopt;
  const auto code = fault->code.empty() ? std::string("InternalError") : fault->code;
  return ApiFault{code, "An internal error has occurred", fault->status};
}

}  // namespace

bool is_write(std::string_view action) { return action == "ModifyInstanceMetadataOptions"; }

bool names_instance(const Call& call, const InstanceId& id) {
  if (call.protocol == Protocol::kJson) return call.json.find(id.str()) != std::string::npos;
  const auto& all = call.form.all();
  return std::any_of(all.begin(), all.end(), [&](const auto& p) { return p.second == id.str(); });
}

struct World::Impl {
  Impl(WorldSpec the_spec, std::uint64_t the_seed, WallTime the_start)
      : spec(std::move(the_spec)),
        seed(the_seed),
        images(all_images(spec)),
        start(the_start),
        now(the_start),
        random(the_seed),
        ids(random.fork()),
        reads(random.fork()),
        events(random.fork()),
        faults(spec.faults, start, random.fork()),
        buckets(spec.buckets),
        state(spec, random.fork(), start, agenda) {
    for (const auto& fault : spec.faults) schedule(fault);
  }

  // ---- what happens by itself ----

  void schedule(const FaultSpec& fault) {
    auto own = events.fork();
    if (!is_world_event(fault.kind) || !own.chance(fault.probability)) return;
    agenda.at(start + fault.from, [this, &fault, own](WallTime at) mutable {
      if (const auto victim = choose_victim(fault, own)) happen(fault, *victim, at);
    });
  }

  // The instance that the fault names, or any one (of its region) that is still there.
  std::optional<InstanceIndex> choose_victim(const FaultSpec& fault, Random& own) const {
    if (fault.instance) return state.find(*fault.instance);
    std::vector<InstanceIndex> there;
    for (std::size_t i = 0; i < state.instances().size(); ++i) {
      const auto& instance = state.instances()[i];
      if (fleet::is_gone(instance.state)) continue;
      if (fault.region && instance.region != *fault.region) continue;
      there.push_back(static_cast<InstanceIndex>(i));
    }
    if (there.empty()) return std::nullopt;
    return there[own.below(there.size())];
  }

  void happen(const FaultSpec& fault, InstanceIndex victim, WallTime at) {
    if (fault.kind == Kind::kStop) return state.stop(victim, at);
    if (fault.kind == Kind::kTerminate) {
      return state.terminate(victim, at, {LogEntry::Kind::kGone, "somebody else", {}});
    }
    if (fleet::is_gone(state.at(victim).state)) return;
    if (fault.kind == Kind::kOtherTags) return state.put_tags(victim, fault.tags, at);
    state.change_options(victim, fault.options, at,
                         {LogEntry::Kind::kByOther, "somebody else", {}});
  }

  void advance_to(WallTime to) {
    agenda.run_until(to);
    now = std::max(now, to);
  }

  // ---- one request ----

  std::string new_id() {
    std::string bytes;
    for (int word = 0; word < 2; ++word) {
      auto number = ids.next();
      for (int i = 0; i < 8; ++i, number >>= 8U) bytes += static_cast<char>(number & 0xFFU);
    }
    const auto hex = to_hex(bytes);
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
           hex.substr(16, 4) + '-' + hex.substr(20);
  }

  Answer arrive(const net::Request& request) {
    const auto id = new_id();
    const auto claims = read_claims(request);
    if (!claims) {
      const auto protocol = guess_protocol(request);
      return whole(write_fault(protocol, auth_fault(claims.error(), protocol, now), id, now));
    }
    auto call = read_call(request, *claims);
    call.request_id = id;
    call.now = now;
    call.faults = faults.draw(call);
    auto answer = on_the_way(request, *claims, call);
    answer.latency = spec.latency + call.faults.delay;
    return answer;
  }

  // What the network makes of the request and of its answer.
  Answer on_the_way(const net::Request& request, const Claims& claims, const Call& call) {
    const auto kind =
        call.faults.breaks == nullptr ? std::optional<Kind>() : call.faults.breaks->kind;
    if (kind == Kind::kRefuse) return {Answer::Way::kRefused, {}, {}};
    if (kind == Kind::kLoseBefore) return {Answer::Way::kCut, {}, {}};
    if (kind == Kind::kLateEffect) {
      agenda.at(now + call.faults.breaks->delay, [this, request, claims, call](WallTime at) {
        take_effect_late(request, claims, call, at);
      });
      return {Answer::Way::kCut, {}, {}};
    }
    if (kind == Kind::kGarbage || kind == Kind::kHtmlError) {
      if (call.faults.takes_effect) serve(request, claims, call);
      shown.clear();
      return whole(html_page(kind == Kind::kGarbage ? 200 : 502, now));
    }
    auto response = serve(request, claims, call);
    const bool arrives =
        kind != Kind::kLoseAfter && kind != Kind::kHalfAnswer && kind != Kind::kHang;
    if (arrives) {
      for (auto& line : shown) state.write_log(std::move(line));
    }
    shown.clear();
    if (kind == Kind::kLoseAfter) return {Answer::Way::kCut, {}, {}};
    if (kind == Kind::kHang) return {Answer::Way::kHang, {}, {}};
    return {arrives ? Answer::Way::kWhole : Answer::Way::kHalf, std::move(response), {}};
  }

  // The signature was made for the moment of sending, and is judged by that one.
  void take_effect_late(const net::Request& request, const Claims& claims, Call call, WallTime at) {
    if (!admit(request, claims, call)) return;
    call.now = at;
    static_cast<void>(answer_of(call));  // nobody is there to hear it
    shown.clear();
  }

  net::Response serve(const net::Request& request, const Claims& claims, const Call& call) {
    const auto admitted = admit(request, claims, call);
    const auto served = admitted ? answer_of(call) : Served{Unexpected{admitted.error()}};
    if (served) return write_success(call.protocol, *served, call.request_id, now);
    note_refusal(call, served.error());
    return write_fault(call.protocol, served.error(), call.request_id, now);
  }

  Result<void, ApiFault> admit(const net::Request& request, const Claims& claims,
                               const Call& call) const {
    const auto problem = [&](AuthProblem what) {
      return Unexpected{auth_fault(what, call.protocol, call.now)};
    };
    if (spec.verify_signatures) {
      const KnownKey key{spec.access_key_id, spec.secret_access_key};
      const auto verified = verify(request, claims, key, call.now);
      if (!verified) return problem(verified.error());
    }
    const auto& enabled = spec.regions;
    if (std::find(enabled.begin(), enabled.end(), call.region) == enabled.end()) {
      return problem(AuthProblem::kRegion);
    }
    return {};
  }

  // Script and buckets may refuse what the service would do.
  Served answer_of(const Call& call) {
    if (auto refusal = scripted_refusal(spec, call)) {
      if (call.faults.takes_effect) static_cast<void>(dispatch(call));
      shown.clear();
      return Unexpected{std::move(*refusal)};
    }
    if (!buckets.take(call.region, call.action, call.now)) return Unexpected{throttled(call)};
    return dispatch(call);
  }

  Served dispatch(const Call& call) {
    if (call.service == "ec2") {
      Ec2 ec2{spec, images, state, reads, shown};
      return serve_ec2(ec2, call);
    }
    if (call.service == "sts") return serve_sts(spec, call);
    if (call.service == "monitoring") return serve_cloudwatch(state, call);
    return refuse("InvalidAction",
                  "The simulator serves ec2, sts and monitoring, not " + one_line(call.service));
  }

  void note_refusal(const Call& call, const ApiFault& fault) {
    if (!is_write(call.action) || fault.code == "DryRunOperation" || !state.keeps_log()) return;
    LogEntry line;
    line.kind = LogEntry::Kind::kRefused;
    line.at = now;
    line.region = call.region;
    line.instance = InstanceId(std::string(call.form.get_or("InstanceId", "")));
    line.caller = call.caller;
    line.detail = call.action + " " + fault.code;
    state.write_log(std::move(line));
  }

  Answer whole(net::Response response) const {
    return {Answer::Way::kWhole, std::move(response), spec.latency};
  }

  const WorldSpec spec;
  const std::uint64_t seed;
  const std::map<ImageId, fleet::Image> images;
  const WallTime start;
  WallTime now;
  Random random;
  Random ids;
  Random reads;
  Random events;
  Agenda agenda;
  Faults faults;
  Buckets buckets;
  State state;
  std::vector<LogEntry> shown;
};

World::World(WorldSpec spec, std::uint64_t seed, WallTime start)
    : impl_(std::make_unique<Impl>(std::move(spec), seed, start)) {}
World::~World() = default;

Answer World::arrive(const net::Request& request, WallTime now) {
  impl_->advance_to(now);
  return impl_->arrive(request);
}

void World::advance_to(WallTime now) { impl_->advance_to(now); }
std::optional<WallTime> World::next_event() const { return impl_->agenda.next(); }

const std::vector<fleet::Instance>& World::instances() const { return impl_->state.instances(); }

const fleet::Instance* World::find(const InstanceId& id) const {
  const auto index = impl_->state.find(id);
  return index ? &impl_->state.at(*index) : nullptr;
}

void World::set_speed(double speed) {
  if (speed == 1) return;
  const bool keeps_log = impl_->state.keeps_log();
  impl_ = std::make_unique<Impl>(sped_up(impl_->spec, speed), impl_->seed, impl_->start);
  impl_->state.keep_log(keeps_log);
}

const std::vector<LogEntry>& World::log() const { return impl_->state.log(); }
void World::keep_log(bool keep) { impl_->state.keep_log(keep); }

}  // namespace v2only::sim
