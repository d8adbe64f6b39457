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
#include "sim/clusters.h"
#include "sim/console.h"
#include "sim/ec2_service.h"
#include "sim/faults.h"
#include "sim/kms_service.h"
#include "sim/ontap_service.h"
#include "sim/protocol.h"
#include "sim/speed.h"
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
  if (fault->kind == Kind::kNoCapacity) {
    return ApiFault{"InsufficientInstanceCapacity",
                    "There is no capacity available for the requested instance type in this zone.",
                    500};
  }
  if (fault->kind != Kind::kError) return std::nullopt;
  const auto code = fault->code.empty() ? std::string("InternalError") : fault->code;
  return ApiFault{code, "An internal error has occurred", fault->status};
}

std::optional<OntapFault> ontap_refusal(const FaultSpec& fault) {
  switch (fault.kind) {
    case Kind::kDeny:
      return ontap_forbidden();
    case Kind::kBadLogin:
      return ontap_unauthorized();
    case Kind::kThrottle:
      return OntapFault{429, "8585320", "Too many requests; try again later.", {}};
    case Kind::kError:
      return OntapFault{fault.status,
                        fault.code.empty() ? "2" : fault.code,
                        fault.detail.empty() ? "internal error" : fault.detail,
                        {}};
    default:
      return std::nullopt;
  }
}

std::optional<ApiFault> console_refusal(const FaultSpec& fault) {
  const auto words = [&](std::string_view otherwise) {
    return fault.detail.empty() ? std::string(otherwise) : fault.detail;
  };
  switch (fault.kind) {
    case Kind::kDeny:
      return ApiFault{{}, words("Forbidden"), 403};
    case Kind::kBadLogin:
      return ApiFault{{}, words("Unauthorized"), 401};
    case Kind::kThrottle:
      return ApiFault{{}, words("Too many requests"), 429};
    case Kind::kError:
      return ApiFault{{}, words("internal error"), fault.status};
    default:
      return std::nullopt;
  }
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find_first_of("/:?#")));
}

}  // namespace

bool is_write(std::string_view action) {
  return action == "ModifyInstanceMetadataOptions" || action == "StopInstances" ||
         action == "StartInstances" || action == "RebootInstances";
}

bool names_instance(const Call& call, const InstanceId& id) {
  if (call.protocol == Protocol::kJson || call.protocol == Protocol::kJson11)
    return call.json.find(id.str()) != std::string::npos;
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
        state(spec, random.fork(), start, agenda),
        addresses(spec.cvo, state),
        clusters(spec.cvo, {state, addresses, agenda, faults}, start),
        console(spec, {state, clusters, agenda}) {
    state.watch([this](InstanceIndex index, PowerEvent event,
                       WallTime at) { clusters.on_power(index, event, at); },
                [this](InstanceIndex index, WallTime at) { clusters.on_options(index, at); });
    for (const auto& fault : spec.faults) schedule(fault);
  }

  // ---- what happens by itself ----

  void schedule(const FaultSpec& fault) {
    auto own = events.fork();
    if (!is_world_event(fault.kind) || !own.chance(fault.probability)) return;
    agenda.at(start + fault.from, [this, &fault, own](WallTime at) mutable {
      if (fault.kind == Kind::kOtherTakeover) return others_take_over(fault, at);
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

  // Of the system that the fault names or that its instance is of, or of every one.
  void others_take_over(const FaultSpec& fault, WallTime at) {
    for (const auto& cluster : clusters.all()) {
      if (fault.system && *fault.system != cluster->spec().system) continue;
      cluster->others_take_over(fault.instance, at);
    }
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
    const auto host = host_of(request.url);
    if (auto* cluster = clusters.by_address(host)) return arrive_at(*cluster, host, request);
    if (console.owns(host)) return arrive_at_console(host, request);
    const auto claims = read_claims(request);
    if (!claims) {
      const auto protocol = guess_protocol(request);
      return whole(write_fault(protocol, auth_fault(claims.error(), protocol, now), id, now));
    }
    auto call = read_call(request, *claims);
    call.request_id = id;
    call.now = now;
    call.faults = faults.draw(call);
    return on_the_way(
        call, [&] { return serve(request, *claims, call); },
        [this, request, claims = *claims, call](WallTime at) {
          take_effect_late(request, claims, call, at);
        });
  }

  // What the network makes of the request and of its answer.
  Answer on_the_way(const Call& call, const std::function<net::Response()>& serve_it,
                    Agenda::Action late) {
    auto answer = carried(call, serve_it, std::move(late));
    answer.latency = spec.latency + call.faults.delay;
    return answer;
  }

  Answer carried(const Call& call, const std::function<net::Response()>& serve_it,
                 Agenda::Action late) {
    const auto kind =
        call.faults.breaks == nullptr ? std::optional<Kind>() : call.faults.breaks->kind;
    if (kind == Kind::kRefuse) return {Answer::Way::kRefused, {}, {}};
    if (kind == Kind::kLoseBefore) return {Answer::Way::kCut, {}, {}};
    if (kind == Kind::kLateEffect) {
      agenda.at(now + call.faults.breaks->delay, std::move(late));
      return {Answer::Way::kCut, {}, {}};
    }
    if (kind == Kind::kGarbage || kind == Kind::kHtmlError) {
      if (call.faults.takes_effect) serve_it();
      shown.clear();
      return whole(html_page(kind == Kind::kGarbage ? 200 : 502, now));
    }
    auto response = serve_it();
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

  // ---- ONTAP ----

  Answer arrive_at(Cluster& cluster, const std::string& host, const net::Request& request) {
    const auto reach = cluster.reach(host);
    if (reach == Cluster::Reach::kRefuses) return {Answer::Way::kRefused, {}, spec.latency};
    if (reach == Cluster::Reach::kSilent) return {Answer::Way::kHang, {}, {}};
    Call call;
    call.service = "ontap";
    call.system = cluster.spec().system;
    call.action = ontap_action(request);
    call.now = now;
    call.faults = faults.draw(call);
    return on_the_way(
        call, [&] { return serve_cluster(cluster, request, call, now); },
        [this, &cluster, request, call](WallTime at) {
          static_cast<void>(serve_cluster(cluster, request, call, at));
        });
  }

  Answer arrive_at_console(const std::string& host, const net::Request& request) {
    const auto way = console.connects(host, now);
    if (way != Answer::Way::kWhole) return {way, {}, spec.latency};
    Call call;
    call.service = "console";
    call.action = console_action(request);
    call.now = now;
    call.faults = faults.draw(call);
    const auto serve_it = [this, host, request, call](WallTime at) {
      if (const auto* fault = call.faults.breaks) {
        if (const auto refusal = console_refusal(*fault)) {
          if (call.faults.takes_effect) console.serve(host, request, at);
          return console_error(refusal->status, refusal->message, at);
        }
      }
      return console.serve(host, request, at);
    };
    return on_the_way(
        call, [&] { return serve_it(now); },
        [serve_it](WallTime at) { static_cast<void>(serve_it(at)); });
  }

  net::Response serve_cluster(Cluster& cluster, const net::Request& request, const Call& call,
                              WallTime at) {
    const auto* fault = call.faults.breaks;
    auto* answering = &cluster;
    if (fault != nullptr) {
      const auto refusal = ontap_refusal(*fault);
      if (refusal && call.faults.takes_effect) serve_ontap(cluster, request, at);
      if (refusal) return ontap_error(*refusal, at);
      if (fault->kind == Kind::kWrongCluster && fault->other) {
        if (auto* other = clusters.find(*fault->other)) answering = other;
      }
    }
    return serve_ontap(*answering, request, at);
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
      Ec2 ec2{spec, images, state, addresses, start, reads, shown};
      return serve_ec2(ec2, call);
    }
    if (call.service == "sts") return serve_sts(spec, call);
    if (call.service == "monitoring") return serve_cloudwatch(state, call);
    if (call.service == "kms") return serve_kms(spec, call);
    return refuse("InvalidAction", "The simulator serves ec2, sts, monitoring and kms, not " +
                                       one_line(call.service));
  }

  void note_refusal(const Call& call, const ApiFault& fault) {
    if (!is_write(call.action) || fault.code == "DryRunOperation" || !state.keeps_log()) return;
    LogEntry line;
    line.kind = LogEntry::Kind::kRefused;
    line.at = now;
    line.region = call.region;
    line.instance = InstanceId(
        std::string(call.form.get_or("InstanceId", call.form.get_or("InstanceId.1", ""))));
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
  Addresses addresses;
  Clusters clusters;
  Console console;
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

const WorldSpec& World::spec() const { return impl_->spec; }

bool World::served(const UnitId& system, WallTime at) const {
  const auto* cluster = impl_->clusters.find(system);
  return cluster != nullptr && cluster->served(at);
}

bool World::address_served(const std::string& address) const {
  const auto* cluster = impl_->clusters.by_data_address(address);
  return cluster != nullptr && cluster->address_served(address);
}

Answer::Way World::connects(const std::string& host) const {
  if (impl_->console.owns(host)) return impl_->console.connects(host, impl_->now);
  const auto* cluster = impl_->clusters.by_address(host);
  if (cluster == nullptr) return Answer::Way::kWhole;
  switch (cluster->reach(host)) {
    case Cluster::Reach::kRefuses:
      return Answer::Way::kRefused;
    case Cluster::Reach::kSilent:
      return Answer::Way::kHang;
    case Cluster::Reach::kAnswers:
      break;
  }
  return Answer::Way::kWhole;
}

std::vector<std::string> World::autosupport(const UnitId& system) const {
  const auto* cluster = impl_->clusters.find(system);
  return cluster == nullptr ? std::vector<std::string>() : cluster->autosupport();
}

int World::logins_refused(const UnitId& system) const {
  const auto* cluster = impl_->clusters.find(system);
  return cluster == nullptr ? 0 : cluster->logins_refused();
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
