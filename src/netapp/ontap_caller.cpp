#include "netapp/ontap_caller.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/text.h"
#include "netapp/ontap_outcome.h"
#include "netapp/turns.h"

namespace v2only::netapp {
namespace {

struct Attempted {
  OntapCall call;
  int attempts = 0;
  int login = 0;                            // which of the system's logins the last attempt used
  std::string endpoint;                     // of the attempt under way, or of the last one
  std::set<std::string> not_trusted;        // addresses whose certificate was not accepted
  std::map<std::string, std::string> said;  // address -> what came of it last
};

// A system and what is known of its login.
struct Known {
  OntapTarget target;
  std::size_t answered_last = 0;  // index among its endpoints
  int login = 0;                  // counts the logins that know() has brought
  bool login_good = false;
  std::optional<Error> login_refused;
  std::optional<CallId> first;  // under way while the login is not known to be good
  std::deque<CallId> behind;    // wait for what becomes of it
};

std::string peer_of(const std::string& endpoint) {
  const auto at = endpoint.find("://");
  return at == std::string::npos ? endpoint : endpoint.substr(at + 3);
}

// "10.0.0.11: what; 10.0.0.12: what", an address once only.
std::string told(const std::map<std::string, std::string>& said) {
  std::vector<std::string> parts;
  for (const auto& [endpoint, text] : said) {
    auto part = peer_of(endpoint);
    if (text.starts_with(part)) part.clear();  // a transport's error names it already
    if (!part.empty()) part += ": ";
    parts.push_back(part.append(text));
  }
  return join(parts, "; ");
}

OntapReply refusal(CallId id, Error why) {
  OntapReply reply;
  reply.id = id;
  reply.fate = Fate::kRefused;
  reply.why = std::move(why);
  return reply;
}

Fate fate_of(OntapOutcomeKind kind) {
  if (kind == OntapOutcomeKind::kDone) return Fate::kDone;
  return kind == OntapOutcomeKind::kUncertain ? Fate::kUnknown : Fate::kRefused;
}

// Why a call is not even begun; nothing when it may be. A login goes over https only.
std::optional<Error> not_begun(const std::vector<std::string>& endpoints, const OntapCall& call) {
  const auto plain = [](const std::string& endpoint) { return !endpoint.starts_with("https://"); };
  const auto& only = call.place.only;
  if (endpoints.empty()) {
    return Error{ErrorCode::kUsage, "no ONTAP address is known", call.system.str(),
                 "give it `ontap: endpoints:` in the facts file"};
  }
  const auto bad = std::find_if(endpoints.begin(), endpoints.end(), plain);
  if (bad == endpoints.end() && (only.empty() || !plain(only))) return std::nullopt;
  return Error{ErrorCode::kUsage,
               "'" + one_line(bad == endpoints.end() ? only : *bad, 80) +
                   "' is no address for a login to ONTAP",
               call.system.str(), "write it as https://HOST or https://HOST:PORT"};
}

}  // namespace

struct OntapCaller::Impl {
  Impl(net::Transport& transport, const Clock& clock, Random random, CallerOptions options_)
      : turns(transport, clock, random), options(std::move(options_)) {}

  void admit(Known& system, CallId id);
  void launch(CallId id);
  bool held_back(CallId id, const Attempted& one);
  bool must_wait_for_login(CallId id, Known& system);
  void settle(CallId id, std::variant<net::Response, net::TransportError> result);
  bool try_again(CallId id, Attempted& one, const OntapOutcome& outcome);
  void end(CallId id, const OntapOutcome& outcome);
  void learn(Known& system, const Attempted& one, const OntapOutcome& outcome, const Error& why);
  void refuse_all_behind(Known& system, const Error& why);
  void share_fate(Known& system, const OntapPlace& place, const Error& why);
  void let_next_go(Known& system);
  std::optional<std::string> address_for(const Known& system, const Attempted& one) const;
  void refuse(CallId id, Error why);
  Known& system_of(CallId id) { return systems.at(calls.at(id).call.system); }

  Turns turns;
  int attempts_for(const OntapCall& call) const {
    return call.is_write() || call.max_attempts == 0 ? options.max_attempts : call.max_attempts;
  }

  CallerOptions options;
  std::map<UnitId, Known> systems;
  std::unordered_map<CallId, Attempted> calls;
  std::vector<OntapReply> replies;
  CallId next_id = 1;
};

void OntapCaller::Impl::refuse(CallId id, Error why) {
  replies.push_back(refusal(id, std::move(why)));
  calls.erase(id);
}

// One call goes ahead while nobody knows whether the login is good.
void OntapCaller::Impl::admit(Known& system, CallId id) {
  if (system.login_refused) {
    refuse(id, *system.login_refused);
    replies.back().login_refused = true;
  } else if (!system.login_good && system.first) {
    system.behind.push_back(id);
  } else {
    if (!system.login_good) system.first = id;
    turns.schedule(id, Duration::zero());
  }
}

// The next address: round the list, from the one that answered last, and past those that will not
// do. Nothing when none is left.
std::optional<std::string> OntapCaller::Impl::address_for(const Known& system,
                                                          const Attempted& one) const {
  if (!one.call.place.only.empty()) {
    if (one.not_trusted.contains(one.call.place.only)) return std::nullopt;
    return one.call.place.only;
  }
  const auto& list = system.target.endpoints;
  auto from = system.answered_last;
  const auto last = std::find(list.begin(), list.end(), one.endpoint);
  if (last != list.end()) from = static_cast<std::size_t>(last - list.begin()) + 1;
  std::optional<std::string> avoided;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& endpoint = list[(from + i) % list.size()];
    if (one.not_trusted.contains(endpoint)) continue;
    if (endpoint != one.call.place.avoid) return endpoint;
    avoided = endpoint;
  }
  return avoided;
}

// A machine that slept, or a long wait for its turn, may have outlived what the call rests on.
bool OntapCaller::Impl::held_back(CallId id, const Attempted& one) {
  const auto& guard = one.call.guard;
  if (!guard || !is_older_than(guard->read_at, turns.now(), guard->good_for)) return false;
  auto& system = system_of(id);
  refuse(id, {ErrorCode::kConflict,
              one.call.method + " " + one.call.path +
                  " was not sent: what it rests on was read too long ago",
              one.call.system.str(),
              {}});
  replies.back().held_back = true;
  if (system.first == id) let_next_go(system);
  return true;
}

// A call whose turn comes (a retry, say) may find that its login is in question by now.
bool OntapCaller::Impl::must_wait_for_login(CallId id, Known& system) {
  if (system.login_refused) {
    if (system.first == id) system.first.reset();
    refuse(id, *system.login_refused);
    replies.back().login_refused = true;
    return true;
  }
  if (system.login_good || system.first == id) return false;
  if (system.first) {
    system.behind.push_back(id);
    return true;
  }
  system.first = id;
  return false;
}

void OntapCaller::Impl::launch(CallId id) {
  auto& one = calls.at(id);
  auto& system = system_of(id);
  if (held_back(id, one) || must_wait_for_login(id, system)) return;
  const auto& target = system.target;
  one.endpoint = address_for(system, one).value_or("");
  one.login = system.login;
  ++one.attempts;
  turns.send(id, ontap_request(one.call, target, one.endpoint, options.user_agent),
             options.timeout);
}

bool OntapCaller::Impl::try_again(CallId id, Attempted& one, const OntapOutcome& outcome) {
  const bool may = outcome.kind == OntapOutcomeKind::kNotSent ||
                   (outcome.kind == OntapOutcomeKind::kUncertain && !one.call.is_write());
  if (!may || one.attempts >= attempts_for(one.call) || !address_for(system_of(id), one)) {
    return false;
  }
  turns.schedule(id, turns.jitter(one.attempts, options));
  return true;
}

void OntapCaller::Impl::settle(CallId id, std::variant<net::Response, net::TransportError> result) {
  auto& one = calls.at(id);
  auto& system = system_of(id);
  const auto outcome = ontap_outcome(one.call, system.target, std::move(result));
  if (outcome.kind != OntapOutcomeKind::kDone) one.said[one.endpoint] = outcome.said;
  if (outcome.no_trust) one.not_trusted.insert(one.endpoint);
  // Another call may have found the login refused meanwhile: no further attempt then.
  if (!system.login_refused && try_again(id, one, outcome)) return;
  end(id, outcome);
}

void OntapCaller::Impl::end(CallId id, const OntapOutcome& outcome) {
  auto& system = system_of(id);
  auto node = calls.extract(id);
  const auto& one = node.mapped();
  OntapReply reply;
  reply.id = id;
  reply.fate = fate_of(outcome.kind);
  reply.http_status = outcome.http_status;
  reply.body = outcome.body;
  reply.job = outcome.job;
  if (outcome.http_status != 0) reply.endpoint = one.endpoint;
  reply.error = outcome.error;
  reply.login_refused = outcome.kind == OntapOutcomeKind::kLoginRefused;
  reply.attempts = one.attempts;
  if (outcome.kind != OntapOutcomeKind::kDone) {
    // ONTAP's own word stands for itself; silence is told of every address.
    reply.why = ontap_error(one.call, system.target, outcome,
                            outcome.is_ontap ? outcome.said : told(one.said));
  }
  if (system.first == id) system.first.reset();
  replies.push_back(reply);
  learn(system, one, outcome, reply.why);
}

void OntapCaller::Impl::learn(Known& system, const Attempted& one, const OntapOutcome& outcome,
                              const Error& why) {
  const auto& list = system.target.endpoints;
  const auto at = std::find(list.begin(), list.end(), one.endpoint);
  if (outcome.is_ontap && at != list.end()) {
    system.answered_last = static_cast<std::size_t>(at - list.begin());
  }
  if (one.login != system.login) {  // says nothing of the login that holds now
    if (!system.first) let_next_go(system);
    return;
  }
  if (outcome.kind == OntapOutcomeKind::kLoginRefused) {
    system.login_good = false;
    system.login_refused = why;
    return refuse_all_behind(system, why);
  }
  if (outcome.is_ontap && !system.login_refused) {
    system.login_good = true;
    for (const auto id : std::exchange(system.behind, {})) turns.schedule(id, Duration::zero());
  } else if (!system.first) {
    share_fate(system, one.call.place, why);
  }
}

void OntapCaller::Impl::refuse_all_behind(Known& system, const Error& why) {
  for (const auto id : std::exchange(system.behind, {})) {
    refuse(id, why);
    replies.back().login_refused = true;
  }
}

// Where the first call found nobody, those behind it that would ask at the same place share its
// fate, unsent: one after the other, each would wait as long in vain.
void OntapCaller::Impl::share_fate(Known& system, const OntapPlace& place, const Error& why) {
  std::deque<CallId> rest;
  for (const auto id : std::exchange(system.behind, {})) {
    if (calls.at(id).call.place == place) {
      refuse(id, why);
    } else {
      rest.push_back(id);
    }
  }
  system.behind = std::move(rest);
  let_next_go(system);
}

void OntapCaller::Impl::let_next_go(Known& system) {
  system.first.reset();
  for (const auto id : std::exchange(system.behind, {})) admit(system, id);
}

OntapCaller::OntapCaller(net::Transport& transport, const Clock& clock, Random random,
                         CallerOptions options)
    : impl_(std::make_unique<Impl>(transport, clock, random, std::move(options))) {}
OntapCaller::~OntapCaller() = default;

void OntapCaller::know(OntapTarget target) {
  for (auto& endpoint : target.endpoints) {
    while (endpoint.ends_with('/')) endpoint.pop_back();
  }
  auto& known = impl_->systems[target.system];
  if (known.target.user != target.user || known.target.password != target.password) {
    ++known.login;
    known.login_good = false;
    known.login_refused.reset();
  }
  known.answered_last = 0;
  known.target = std::move(target);
}

CallId OntapCaller::submit(OntapCall call) {
  const auto id = impl_->next_id++;
  const auto system = impl_->systems.find(call.system);
  const bool known = system != impl_->systems.end();
  if (auto why =
          not_begun(known ? system->second.target.endpoints : std::vector<std::string>{}, call)) {
    impl_->replies.push_back(refusal(id, *std::move(why)));
    return id;
  }
  impl_->calls.emplace(id, Attempted{}).first->second.call = std::move(call);
  impl_->admit(system->second, id);
  return id;
}

std::vector<OntapReply> OntapCaller::wait(MonoTime until) {
  impl_->turns.drive(
      until, impl_->replies, [this](CallId id) { impl_->launch(id); },
      [this](CallId id, auto result) { impl_->settle(id, std::move(result)); });
  return std::exchange(impl_->replies, {});
}

std::optional<MonoTime> OntapCaller::due() const {
  // A reply that is there already is due at once.
  if (!impl_->replies.empty()) return impl_->turns.now().mono;
  return impl_->turns.due();
}

std::size_t OntapCaller::in_flight() const { return impl_->calls.size() + impl_->replies.size(); }

}  // namespace v2only::netapp
