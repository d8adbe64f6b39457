#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace v2only::cli {
namespace {

constexpr std::string_view kAws = "AWS";
constexpr std::string_view kScope = "Which instances";
constexpr std::string_view kKnown = "What is known";
constexpr std::string_view kHow = "How";
constexpr std::string_view kSim = "Simulation";

std::vector<std::string_view> with(std::vector<std::string_view> base,
                                   const std::vector<std::string_view>& more) {
  base.insert(base.end(), more.begin(), more.end());
  return base;
}

const std::vector<std::string_view> kAwsFlags = {"--profile", "--region", "--all-regions",
                                                 "--endpoint-url"};
const std::vector<std::string_view> kSession = {"--profile", "--endpoint-url", "--state-dir",
                                                "--output"};
const std::vector<std::string_view> kJudging = {"--facts", "--policy", "--look-back",
                                                "--accept-unknown"};
const std::vector<std::string_view> kAudit =
    with(with(kAwsFlags, {"--filters", "--instance-ids"}), with(kJudging, {"--output"}));

const std::vector<ExitStatus> kRunExits = {{0, "everything planned is done"},
                                           {1, "an error; what failed is said in one line"},
                                           {3, "some of it is not: skipped, failed, or not begun"},
                                           {4, "an operator is needed"},
                                           {130, "interrupted; the resume command is printed"}};

std::vector<Flag> make_flags() {
  using I = Invocation;
  return {
      {"--profile", "NAME", kAws, "profile of the shared config and credentials files",
       &I::profile},
      {"--region", "REGION", kAws, "a region; may be given several times", &I::regions},
      {"--all-regions", "", kAws, "every region that the account has opted in to", &I::all_regions},
      {"--endpoint-url", "URL", kAws, "where calls go instead of AWS's own endpoints",
       &I::endpoint_url},
      {"--filters", "Name=…,Values=…", kScope,
       "as the AWS CLI takes them: tag:Env, instance-type, …", &I::filters},
      {"--instance-ids", "ID …", kScope, "only the units of these instances", &I::instance_ids},
      {"--wave", "N", kScope, "only the units of the run's N-th wave", &I::wave},
      {"--facts", "FILE", kKnown, "what no API says: versions, roles, systems", &I::facts},
      {"--policy", "FILE", kKnown, "waves, failure limit, accepted risks, profiles", &I::policy},
      {"--look-back", "TIME", kKnown, "how far back IMDSv1 use counts (14d)", &I::look_back},
      {"--accept-unknown", "", kKnown, "let instances pass whose IMDSv1 use is unknown",
       &I::accept_unknown},
      {"--out", "FILE", kHow, "where the plan is written", &I::out},
      {"--yes", "", kHow, "go on without asking", &I::yes},
      {"--handover", "", kHow, "the page for the next shift", &I::handover},
      {"--state-dir", "DIR", kHow, "where runs are kept (~/.local/state/v2only)", &I::state_dir},
      {"--output", "table|json", kHow, "table for people, json for programs", &I::output},
      {"--address", "ADDRESS", kSim, "where to listen (127.0.0.1)", &I::address},
      {"--port", "PORT", kSim, "0 takes any free one", &I::port},
      {"--instances", "N", kSim, "size of the generated fleet (24)", &I::instances},
      {"--seed", "N", kSim, "same seed and size, same fleet (1)", &I::seed},
      {"--fleet", "FILE", kSim, "a fleet and its faults as YAML, not a generated one", &I::fleet},
      {"--speed", "N", kSim, "divides the world's delays (1)", &I::speed},
      {"--no-delay", "", kSim, "no delays: changes are applied at once", &I::no_delay},
      {"--write-facts", "FILE", kSim, "write a facts file that fits what is served",
       &I::write_facts},
      {"--write-log", "FILE", kSim, "at its end, write what happened in the world", &I::write_log},
  };
}

std::vector<Command> make_commands() {
  return {
      {"audit",
       "",
       "read only: who is compliant, ready, blocked, and why",
       "Reads every instance of the regions, what its IMDSv1 use was, and what the facts file "
       "says of it. Changes nothing.",
       kAudit,
       {"v2only audit --region eu-west-1", "v2only audit --all-regions --output json"},
       {{0, "every instance seen is compliant"},
        {1, "an error; what failed is said in one line"},
        {2, "some are not compliant, or the result is INCOMPLETE"}}},
      {"plan",
       "",
       "write a plan, and print it as a diff",
       "A plan is a file: every change with the value before and after, in waves. It changes "
       "nothing by itself, and says why what it leaves alone is left alone.",
       with(kAudit, {"--out"}),
       {"v2only plan --region eu-west-1 --out plan.json",
        "v2only plan --region eu-west-1 --facts facts.yaml --policy policy.yaml --out plan.json"},
       {{0, "the plan is made"},
        {1, "an error; what failed is said in one line"},
        {2, "the plan is made, but not everything could be read: INCOMPLETE"}}},
      {"show",
       "PLAN",
       "a plan file for an approver who has no AWS access",
       "Prints the whole plan with the aws command line of each step. Needs no network.",
       {"--output"},
       {"v2only show plan.json", "v2only show plan.json --output json"},
       {{0, "shown"}, {1, "the file is not a plan, or was changed"}}},
      {"apply",
       "[PLAN]",
       "carry out a plan file, or plan and apply at once",
       "Each instance is read again just before it is changed; one that no longer matches the plan "
       "is skipped with the reason. Every change is in the journal before it is made. A plan file "
       "is "
       "carried out whole and as it was made; the flags that choose and judge are for planning and "
       "applying at once.",
       with(with(kAudit, {"--yes", "--state-dir"}), {}),
       {"v2only apply plan.json", "v2only apply --region eu-west-1 --instance-ids i-0abc --yes"},
       kRunExits},
      {"status",
       "[RUN]",
       "runs and where they stand",
       "Reads the journal; needs no network.",
       {"--handover", "--state-dir", "--output"},
       {"v2only status", "v2only status r-20261124-073312-4f2a9c01 --output json",
        "v2only status r-20261124-073312-4f2a9c01 --handover"},
       {{0, "shown"}, {1, "an error; what failed is said in one line"}}},
      {"resume",
       "RUN",
       "settle what was in flight; after a yes, go on",
       "What a killed run left open is looked at, never blindly repeated. Then it says what it "
       "would go on with, and asks. With --facts, consents, restarts and the names of secrets are "
       "taken anew from there, and nothing else.",
       with(kSession, {"--yes", "--facts"}),
       {"v2only resume r-20261124-073312-4f2a9c01",
        "v2only resume r-20261124-073312-4f2a9c01 --facts facts.yaml --yes"},
       kRunExits},
      {"go",
       "RUN",
       "let a run go on that waits at a pause",
       "The pauses are the policy's (pause_before). The word is for what waits by now; a later "
       "pause wants another. Everything that guards the next step is read again first.",
       {"--state-dir"},
       {"v2only go r-20261124-073312-4f2a9c01",
        "v2only go r-20261124-073312-4f2a9c01 --state-dir ./state"},
       {{0, "the word is left"}, {1, "an error, or nothing waits at a pause"}}},
      {"rollback",
       "RUN",
       "put the options back as they were before a run",
       "Restores exactly what was observed before the run, only fields that the run changed, only "
       "where they still are as the run left them.",
       with(kSession, {"--yes", "--instance-ids", "--wave"}),
       {"v2only rollback r-20261124-073312-4f2a9c01",
        "v2only rollback r-20261124-073312-4f2a9c01 --instance-ids i-0abc --yes"},
       kRunExits},
      {"verify",
       "[RUN]",
       "prove it: what is on IMDSv2 only, and by what proof",
       "Lists everything again, so that instances which no plan named are seen too: with RUN in "
       "the "
       "regions of its plan, otherwise in the regions asked for.",
       with(kAudit, {"--state-dir"}),
       {"v2only verify r-20261124-073312-4f2a9c01",
        "v2only verify --region eu-west-1 --output json"},
       {{0, "all that is seen is compliant by every proof of this version"},
        {1, "an error; what failed is said in one line"},
        {2, "some is not, or the result is INCOMPLETE"}}},
      {"explain",
       "INSTANCE",
       "everything known of one instance, and the manual commands",
       "What it is, what speaks for and against the change, and how to make it by hand.",
       with(kAwsFlags, with(kJudging, {"--output"})),
       {"v2only explain i-0123456789abcdef0 --region eu-west-1",
        "v2only explain i-0123456789abcdef0 --region eu-west-1 --output json"},
       {{0, "shown"}, {1, "an error, or no such instance"}}},
      {"sim",
       "",
       "a simulated AWS with ONTAP systems, over real sockets",
       "Serves EC2, STS, CloudWatch and KMS of a simulated account, and the ONTAP of its CVO "
       "systems over HTTPS and the NetApp Console, until it is stopped. The first line on stdout "
       "is JSON: endpoint, keys, "
       "account, regions, systems, Console. AWS_* variables are ignored.",
       {"--address", "--port", "--instances", "--seed", "--fleet", "--speed", "--no-delay",
        "--write-facts", "--write-log"},
       {"v2only sim --port 4566", "v2only sim --instances 1000 --seed 7 --no-delay"},
       {{0, "stopped by Ctrl-C or SIGTERM"}, {1, "an error; what failed is said in one line"}}},
      {"demo",
       "",
       "start sim, audit, plan, apply, verify, roll back, in one go",
       "Shows the whole way on the built-in simulation. Touches no AWS account and leaves nothing "
       "behind.",
       {},
       {"v2only demo", "v2only demo | less -R"},
       {{0, "everything went as it should"}, {1, "something did not"}}},
  };
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  std::string line(indent);
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() + 1 + word.size() > width && line.size() > indent.size()) {
      out += line + "\n";
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

constexpr std::size_t kWidth = 80;

std::string flag_lines(const Command& command) {
  std::string out;
  std::string_view heading;
  for (const auto& flag : flags()) {
    if (std::find(command.flags.begin(), command.flags.end(), flag.name) == command.flags.end()) {
      continue;
    }
    if (flag.purpose != heading) {
      heading = flag.purpose;
      out += fmt::format("\n{}:\n", heading);
    }
    const auto left = fmt::format("{} {}", flag.name, flag.value);
    if (left.size() > 24) {
      out += fmt::format("  {}\n  {:<24} {}\n", left, "", flag.help);
    } else {
      out += fmt::format("  {:<24} {}\n", left, flag.help);
    }
  }
  return out;
}

}  // namespace

const std::vector<Flag>& flags() {
  static const std::vector<Flag> kFlags = make_flags();
  return kFlags;
}

const Flag& flag_named(std::string_view name) {
  const auto found = std::find_if(flags().begin(), flags().end(),
                                  [&](const Flag& flag) { return flag.name == name; });
  if (found == flags().end()) std::abort();
  return *found;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = make_commands();
  return kCommands;
}

const Command* command_named(std::string_view name) {
  const auto found = std::find_if(commands().begin(), commands().end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == commands().end() ? nullptr : &*found;
}

std::string help_text() {
  std::string out =
      "v2only takes EC2 fleets to IMDSv2 only, without an outage.\n\n"
      "Usage: v2only COMMAND [OPTION …]\n\nCommands:\n";
  for (const auto& command : commands()) {
    out += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  out +=
      "\n  v2only COMMAND --help    what a command does, its options, its exit status\n"
      "  v2only --version         the version\n\n"
      "First v2only demo, which needs no AWS account; then v2only audit --region REGION\n";
  return out;
}

std::string help_text(const Command& command) {
  std::string out = fmt::format("v2only {}: {}\n\nUsage: v2only {}{}{} [OPTION …]\n\n",
                                command.name, command.summary, command.name,
                                command.argument.empty() ? "" : " ", command.argument);
  out += wrapped(command.about, kWidth, "");
  out += flag_lines(command);
  out += "\nExamples:\n";
  for (const auto& example : command.examples) out += fmt::format("  {}\n", example);
  out += "\nExit status:\n";
  for (const auto& exit : command.exits) {
    out += fmt::format("  {:<4} {}\n", exit.code, exit.meaning);
  }
  return out;
}

}  // namespace v2only::cli
