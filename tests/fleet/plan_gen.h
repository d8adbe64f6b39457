// Random plans for properties: every field of every part takes part.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "fleet/plan.h"

namespace v2only::fleet::test {

// UTF-8 with everything that JSON has to escape.
inline rc::Gen<std::string> gen_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "Z", "7", " ", "\"", "\\", "\n", "\t", "é", "日", "=", "/", "{", "\x01")),
      [](const std::vector<std::string>& parts) {
        std::string out;
        for (const auto& part : parts) out += part;
        return out;
      });
}

inline WallTime gen_time() {
  return WallTime(Duration(*rc::gen::inRange<std::int64_t>(0, 4'102'444'800'000)));
}

inline Duration gen_duration() {
  return Duration(*rc::gen::inRange<std::int64_t>(0, 86'400'000LL * 60));
}

template <class T, class Make>
std::vector<T> some(Make make) {
  std::vector<T> out;
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) out.push_back(make());
  return out;
}

template <class T, class Make>
std::optional<T> maybe(Make make) {
  if (*rc::gen::arbitrary<bool>()) return std::nullopt;
  return make();
}

inline std::string text() { return *gen_text(); }

inline OptionSet gen_options() {
  OptionSet out;
  for (const auto field : kOptionFields) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    const auto value = field == OptionField::kHttpPutResponseHopLimit
                           ? *rc::gen::element<std::string>("1", "64", "007", "many", "", "-3")
                           : text();
    out.set(field, value);
  }
  return out;
}

inline Step gen_step() {
  Step out;
  out.account = AccountId(text());
  out.region = RegionName(text());
  out.instance = InstanceId(text());
  out.name = text();
  out.observed = gen_options();
  out.expect = gen_options();
  out.set = gen_options();
  out.command = text();
  out.known_by = maybe<KnownBy>([] {
    const auto all = some<std::string>(text);
    return KnownBy(all.begin(), all.end());
  });
  out.sent_before = *rc::gen::arbitrary<bool>();
  return out;
}

inline CvoSystem gen_cvo() {
  const auto node = [] {
    return CvoNode{InstanceId(text()), text(), text(), text(), *rc::gen::arbitrary<bool>()};
  };
  CvoSystem out{text(), text(), {node()}};
  out.region = RegionName(text());
  out.mediator = maybe<InstanceId>([] { return InstanceId(text()); });
  out.reboot_mediator = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) out.nodes.push_back(node());
  out.floating = *rc::gen::arbitrary<bool>();
  out.cloud_stores = some<std::string>(text);
  out.agents = some<InstanceId>([] { return InstanceId(text()); });
  out.console_agent = text();
  out.agents_soaked = maybe<WallTime>(gen_time);
  return out;
}

inline PlannedUnit gen_unit() {
  PlannedUnit out;
  out.id = UnitId(text());
  out.workload = text();
  out.version = text();
  out.steps = some<Step>(gen_step);
  out.evidence = some<Evidence>([] {
    return Evidence{text(), text(), gen_time(), maybe<Mark>([] {
                      return *rc::gen::element(Mark::kGood, Mark::kBad, Mark::kUnknown,
                                               Mark::kWarn);
                    })};
  });
  out.reasons = some<std::string>(text);
  out.v1_gated = *rc::gen::arbitrary<bool>();
  out.v1_read_at = maybe<WallTime>(gen_time);
  out.accepted_until = maybe<WallTime>(gen_time);
  out.cvo = maybe<CvoSystem>(gen_cvo);
  return out;
}

inline LeftAlone gen_left_alone() {
  LeftAlone out;
  out.id = UnitId(text());
  out.workload = text();
  out.version = text();
  out.account = AccountId(text());
  out.region = RegionName(text());
  out.instances = some<InstanceId>([] { return InstanceId(text()); });
  out.verdict = *rc::gen::element(Verdict::kCompliant, Verdict::kReady, Verdict::kBlocked);
  out.codes = some<std::string>(text);
  out.reasons = some<std::string>(text);
  out.runbook = some<std::string>(text);
  return out;
}

inline Acceptance gen_acceptance() {
  Acceptance out;
  out.instances = some<InstanceId>([] { return InstanceId(text()); });
  out.tag_name = text();
  out.tag_value = text();
  out.reason = text();
  out.by = text();
  out.until = maybe<WallTime>(gen_time);
  out.where = text();
  return out;
}

inline ProfileSpec gen_spec() {
  ProfileSpec out;
  out.match_tag_name = maybe<std::string>(text);
  out.match_tag_value = text();
  out.hop_limit = maybe<int>([] { return *rc::gen::inRange(1, 65); });
  out.needs_imds = maybe<bool>([] { return *rc::gen::arbitrary<bool>(); });
  out.where = text();
  return out;
}

inline OntapPolicy gen_ontap_policy() {
  OntapPolicy out;
  out.poll = gen_duration();
  out.settle = gen_duration();
  out.expected = gen_duration();
  out.width = *rc::gen::inRange(1, 99);
  out.apart = some<std::vector<UnitId>>([] { return some<UnitId>([] { return UnitId(text()); }); });
  for (const auto pause : {Pause::kMediator, Pause::kTakeover, Pause::kStop, Pause::kSecondNode}) {
    if (*rc::gen::arbitrary<bool>()) out.pause_before.insert(pause);
  }
  out.handover = *rc::gen::element(Handover::kShutdown, Handover::kReboot, Handover::kTakeover);
  out.mediator_reboot = *rc::gen::arbitrary<bool>();
  out.timeouts = {gen_duration(), gen_duration(), gen_duration(),
                  gen_duration(), gen_duration(), gen_duration()};
  return out;
}

inline Policy gen_policy() {
  Policy out;
  out.waves = {*rc::gen::inRange(1, 99), *rc::gen::inRange(1, 99), *rc::gen::inRange(1, 99)};
  out.failures = *rc::gen::inRange(1, 99);
  out.look_back = gen_duration();
  out.calls = {gen_duration(), gen_duration(),
               *rc::gen::element(Rates::kAuto, Rates::kTable, Rates::kNone)};
  out.accept = some<Acceptance>(gen_acceptance);
  out.accept_unknown = *rc::gen::arbitrary<bool>();
  for (auto& name : some<std::string>(text)) out.profiles[name] = gen_spec();
  out.ontap = gen_ontap_policy();
  out.agent_soak = gen_duration();
  out.windows = some<Window>([] { return Window{text(), text(), gen_duration(), text()}; });
  out.blackout = some<Blackout>([] {
    const auto day = [] { return std::chrono::floor<std::chrono::days>(gen_time()); };
    return Blackout{day(), day(), text()};
  });
  return out;
}

inline SecretName gen_secret_name() {
  const auto kind = *rc::gen::element(SecretName::Kind::kEnv, SecretName::Kind::kFile,
                                      SecretName::Kind::kCommand);
  return {kind, "n" + text()};
}

inline SystemFact gen_system_fact() {
  const auto consent = [] { return Consent{gen_time(), gen_time(), text(), text()}; };
  SystemFact out;
  out.ha = maybe<bool>([] { return *rc::gen::arbitrary<bool>(); });
  out.ontap = maybe<OntapAccess>([] {
    return OntapAccess{some<std::string>(text), text(), gen_secret_name(), text(), text()};
  });
  out.failover = maybe<Consent>(consent);
  out.outage = maybe<Consent>(consent);
  out.probes = some<std::string>(text);
  out.agent = maybe<InstanceId>([] { return InstanceId(text()); });
  out.restarted = maybe<WallTime>(gen_time);
  out.where = text();
  return out;
}

inline ConsoleAccess gen_console() {
  return {text(),
          text(),
          text(),
          maybe<SecretName>(gen_secret_name),
          maybe<SecretName>(gen_secret_name),
          maybe<SecretName>(gen_secret_name),
          text()};
}

inline Facts gen_facts() {
  Facts out;
  for (auto& name : some<std::string>(text)) {
    InstanceFact fact{text(), text(), maybe<UnitId>([] { return UnitId(text()); }),
                      *rc::gen::arbitrary<bool>(), text()};
    out.instances.emplace(name, std::move(fact));
  }
  for (auto& name : some<std::string>(text)) {
    out.systems.emplace(name, gen_system_fact());
  }
  out.console = maybe<ConsoleAccess>(gen_console);
  return out;
}

// A unit stands once in a plan, has a step, and shares no instance with another.
inline void make_unique(Plan& plan) {
  int next = 0;
  for (auto& wave : plan.waves) {
    for (auto& unit : wave.units) {
      unit.id = UnitId(unit.id.str() + std::to_string(++next));
      if (unit.steps.empty()) unit.steps.emplace_back();
      for (auto& step : unit.steps) {
        step.instance = InstanceId(step.instance.str() + std::to_string(++next));
      }
    }
  }
}

inline rc::Gen<Plan> gen_plan() {
  return rc::gen::exec([] {
    Plan out;
    out.kind = *rc::gen::element(PlanKind::kApply, PlanKind::kRollback);
    out.of_run = RunId(text());
    out.created = gen_time();
    out.expires = gen_time();
    out.account = AccountId(text());
    out.endpoint = text();
    out.simulated = *rc::gen::arbitrary<bool>();
    out.regions = some<RegionName>([] { return RegionName(text()); });
    out.complete = *rc::gen::arbitrary<bool>();
    out.errors = some<std::string>(text);
    out.policy = gen_policy();
    out.facts = gen_facts();
    out.waves = some<Wave>([] { return Wave{some<PlannedUnit>(gen_unit)}; });
    make_unique(out);
    out.left_alone = some<LeftAlone>(gen_left_alone);
    return out;
  });
}

}  // namespace v2only::fleet::test

namespace rc {

inline void showValue(const v2only::fleet::Plan& plan, std::ostream& out) {
  out << "a plan of " << plan.waves.size() << " waves";
}

}  // namespace rc
