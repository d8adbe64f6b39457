#include "cli/survey.h"

#include <algorithm>

#include "cli/runs.h"
#include "cli/signals.h"
#include "cli/systems_access.h"
#include "config/facts_file.h"
#include "config/policy_file.h"
#include "core/text.h"
#include "drivers/discover_systems.h"
#include "fleet/acceptance.h"
#include "fleet/console_facts.h"
#include "fleet/profile.h"

namespace v2only::cli {
namespace {

Result<void> put_look_back(const Invocation& invocation, fleet::Policy& policy) {
  if (invocation.look_back.empty()) return {};
  auto given = parse_duration(invocation.look_back);
  if (!given) {
    auto error = std::move(given).error();
    error.on = "--look-back";
    return Unexpected{std::move(error)};
  }
  policy.look_back = *given;
  if (policy.look_back < std::chrono::hours(24) || policy.look_back > std::chrono::hours(24 * 63)) {
    return fail(ErrorCode::kUsage, "--look-back is from 1d to 63d, not " + invocation.look_back);
  }
  return {};
}

// "a,b c" as the person may have written it: blanks and commas both separate.
Result<fleet::Selection> selection_of(const Invocation& invocation) {
  fleet::Selection out;
  for (const auto& words : invocation.instance_ids) {
    for (const auto& id : split(words, ',')) {
      if (!is_instance_id(id)) {
        return fail(ErrorCode::kUsage, "'" + one_line(id, 40) + "' is not an instance id",
                    "--instance-ids", "An id is i- and 8 or 17 hexadecimal digits.");
      }
      out.ids.insert(InstanceId(id));
    }
  }
  for (const auto& text : invocation.filters) {
    V2_TRY(auto filter, fleet::parse_filter(text));
    out.filters.push_back(std::move(filter));
  }
  return out;
}

bool interrupted() { return SignalWatch::stop_asked().has_value(); }

void assess(Survey& survey) {
  const auto& judging = survey.judging;
  survey.assessments =
      fleet::assess({survey.found.inventory, judging.facts, judging.policy, judging.selection,
                     survey.now, &survey.systems, &survey.changes});
}

std::set<UnitId> systems_to_ask(const Survey& survey) {
  std::set<UnitId> out;
  for (const auto& assessment : survey.assessments) {
    const auto fact = survey.judging.facts.systems.find(assessment.unit);
    if (fact != survey.judging.facts.systems.end() && fact->second.ontap) out.insert(fact->first);
  }
  return out;
}

// Asks NetApp's own APIs, and judges by what they say: the Console who is who, then each system
// that the facts say how to ask.
class NetAppSurvey {
 public:
  NetAppSurvey(const App& app, const Invocation& invocation, Survey& survey)
      : app_(app),
        invocation_(invocation),
        survey_(survey),
        access_(SystemsAccess::open(app, survey.judging.facts, {}, *survey.access, {})) {}

  Result<void> run() {
    if (auto asked = ask_console(); !asked) return asked;
    assess(survey_);
    if (auto read = read_changes(); !read) return read;
    if (auto asked = ask_systems(); !asked) return asked;
    if (survey_.changes.empty() && survey_.systems.empty()) return {};
    assess(survey_);
    fleet::judge_systems(
        {survey_.found.inventory, survey_.judging.facts, survey_.systems,
         survey_.console ? &*survey_.console : nullptr, survey_.access->on_aws(), survey_.now},
        survey_.assessments);
    return {};
  }

 private:
  void learn(fleet::Discovered known) {
    survey_.judging.facts = std::move(known.facts);
    for (auto& note : known.notes) survey_.warnings.push_back(std::move(note));
  }

  void console_silent(const std::string& why) {
    survey_.warnings.push_back("the NetApp Console could not be read in full: " + why);
  }

  Result<void> ask_console() {
    const auto& console = survey_.judging.facts.console;
    if (!console) return {};
    if (const auto& error = access_->console_unread()) {
      console_silent(to_string(*error));
      return {};
    }
    if (app_.err_is_terminal) app_.say("asking the NetApp Console");
    V2_TRY(survey_.console,
           drivers::discover_console(*access_->console(), *console, app_.clock, interrupted));
    for (const auto& error : survey_.console->errors) console_silent(error);
    learn(fleet::with_console(survey_.judging.facts, survey_.found.inventory, *survey_.console));
    return {};
  }

  Result<void> read_changes() {
    const auto& all = survey_.assessments;
    const bool any = std::any_of(all.begin(), all.end(), [](const fleet::Assessment& each) {
      return each.workload == fleet::kCvoNode || each.workload == fleet::kConsoleAgent;
    });
    if (!any) return {};
    V2_TRY(survey_.changes, changes_by_journal(app_, invocation_, survey_.found.account,
                                               survey_.access->endpoint()));
    return {};
  }

  Result<void> ask_systems() {
    const auto which = systems_to_ask(survey_);
    if (which.empty()) return {};
    if (app_.err_is_terminal) app_.say("asking " + count_of(which.size(), "ONTAP system"));
    for (const auto& system : which) access_->know(system, survey_.judging.facts);
    drivers::AwsDriver options(survey_.access->caller(), app_.clock);
    V2_TRY(
        survey_.systems,
        drivers::discover_systems(
            {survey_.assessments, survey_.found.inventory, survey_.judging.facts,
             survey_.console ? &*survey_.console : nullptr, interrupted, survey_.access->on_aws()},
            access_->parts(options)));
    for (const auto& [system, error] : access_->unread()) {
      survey_.systems[system].ontap.errors = {to_string(error)};
    }
    learn(fleet::with_ontap_versions(survey_.judging.facts, survey_.found.inventory,
                                     survey_.systems));
    return {};
  }

  const App& app_;
  const Invocation& invocation_;
  Survey& survey_;
  std::unique_ptr<SystemsAccess> access_;
};

std::vector<std::string> warnings_of(const Survey& survey) {
  const auto& inventory = survey.found.inventory;
  auto out = fleet::unmatched_facts(inventory, survey.judging.facts);
  for (const auto& id : fleet::ids_not_found(survey.judging.selection, inventory)) {
    out.push_back(id.str() + " (--instance-ids) was not found in what was read");
  }
  for (auto& ended : fleet::ended_acceptances(survey.judging.policy, survey.now)) {
    out.push_back(std::move(ended));
  }
  return out;
}

}  // namespace

Result<Judging> load_judging(const Invocation& invocation) {
  Judging out;
  if (!invocation.facts.empty()) {
    V2_TRY(out.facts, config::load_facts(invocation.facts));
  }
  if (!invocation.policy.empty()) {
    V2_TRY(out.policy, config::load_policy(invocation.policy));
  }
  if (auto done = put_look_back(invocation, out.policy); !done) {
    return Unexpected{std::move(done).error()};
  }
  out.policy.accept_unknown = out.policy.accept_unknown || invocation.accept_unknown;
  const auto profiles = fleet::profiles_of(out.policy);
  if (auto known = fleet::check_workloads(out.facts, profiles); !known) {
    return Unexpected{std::move(known).error()};
  }
  V2_TRY(out.selection, selection_of(invocation));
  return out;
}

report::AuditView Survey::view() const {
  report::AuditView view;
  view.account = found.account;
  view.regions = found.regions;
  view.simulated = !access->on_aws();
  view.endpoint = access->endpoint();
  view.inventory = &found.inventory;
  view.assessments = &assessments;
  view.warnings = warnings;
  // An audit of instances that are not there proves nothing.
  view.nothing_found =
      !judging.selection.everything() &&
      (assessments.empty() || !fleet::ids_not_found(judging.selection, found.inventory).empty());
  return view;
}

Result<Survey> survey(const App& app, const Invocation& invocation,
                      std::optional<Judging> judging) {
  Survey out;
  if (judging) {
    out.judging = *std::move(judging);
  } else {
    V2_TRY(out.judging, load_judging(invocation));
  }
  V2_TRY(out.access, WorldAccess::open(app, invocation, out.judging.policy.calls, {}));
  drivers::DiscoverOptions options;
  V2_TRY(options.regions, regions_of(invocation, out.access->session()));
  options.all_regions = invocation.all_regions;
  options.look_back = out.judging.policy.look_back;
  if (app.err_is_terminal) options.progress = [&app](const std::string& line) { app.say(line); };
  options.interrupted = interrupted;

  const SignalWatch watch(&out.access->transport());
  V2_TRY(out.found, drivers::discover(out.access->caller(), app.clock, options));
  out.now = app.clock.now().wall;
  if (auto asked = NetAppSurvey(app, invocation, out).run(); !asked)
    return Unexpected{std::move(asked).error()};
  for (auto& warning : warnings_of(out)) out.warnings.push_back(std::move(warning));
  return out;
}

}  // namespace v2only::cli
