#include "netapp/console_look.h"

#include <algorithm>
#include <iterator>

namespace v2only::netapp {

ConsoleLook::ConsoleLook(ConsoleScope scope, Now asked_at) : scope_(std::move(scope)) {
  found_.asked_at = asked_at;
}

ConsoleLook::Asked ConsoleLook::ask(Part part, ConsoleCall call, std::string agent,
                                    SystemRef system) {
  questions_.push_back({part, call, std::move(agent), std::move(system)});
  ++open_;
  return {questions_.size() - 1, std::move(call)};
}

ConsoleLook::Asked ConsoleLook::ask_system(const SystemRef& system) {
  return ask(Part::kSystem, get_system(system), system.agent, system);
}

std::vector<ConsoleLook::Asked> ConsoleLook::ask_agents_own(const std::string& agent) {
  std::vector<Asked> out = {ask(Part::kAbout, get_about(agent), agent)};
  if (scope_.everything()) out.push_back(ask(Part::kSystems, get_systems(agent), agent));
  return out;
}

std::vector<ConsoleLook::Asked> ConsoleLook::begin() {
  std::vector<Asked> out;
  if (scope_.restricted && (scope_.everything() || !scope_.agents.empty())) {
    out = ask_agents_own({});
  } else if (scope_.everything()) {
    out.push_back(ask(Part::kAgents, get_agents(scope_.account)));
  } else {
    for (const auto& agent : scope_.agents) {
      out.push_back(ask(Part::kAgent, get_agent(agent), agent));
      out.push_back(ask(Part::kAbout, get_about(agent), agent));
    }
  }
  for (const auto& system : scope_.systems) out.push_back(ask_system(system));
  return out;
}

Result<std::vector<ConsoleLook::Asked>> ConsoleLook::read_agents(const std::string& body) {
  V2_TRY(agents_, parse_agents(body));
  agents_read_ = true;
  systems_read_ = agents_.empty();
  std::vector<Asked> out;
  for (const auto& agent : agents_) {
    if (!agent.active()) continue;
    auto more = ask_agents_own(agent.id);
    std::move(more.begin(), more.end(), std::back_inserter(out));
  }
  if (out.empty() && !agents_.empty()) {
    failed("no agent of account " + scope_.account + " is active: its systems cannot be read");
  }
  return out;
}

// Its answers come in any order: what `about` has brought stays.
Result<void> ConsoleLook::read_agent(const std::string& body) {
  V2_TRY(const auto agent, parse_agent(body));
  agents_read_ = true;
  const auto known = std::find_if(agents_.begin(), agents_.end(),
                                  [&](const auto& each) { return each.id == agent.id; });
  if (known == agents_.end()) {
    agents_.push_back(agent);
  } else {
    known->name = agent.name;
    known->status = agent.status;
  }
  return {};
}

Result<void> ConsoleLook::read_about(const Question& question, const std::string& body) {
  V2_TRY(const auto about, parse_about(body));
  auto agent = std::find_if(agents_.begin(), agents_.end(),
                            [&](const auto& each) { return each.id == question.agent; });
  if (agent == agents_.end()) {
    agents_.emplace_back();
    agent = agents_.end() - 1;
    agent->id = question.agent;
    // Nobody else says of it whether it lives; it just did.
    if (scope_.restricted) agent->status = "active";
  }
  agent->version = about.version;
  agent->private_ip = about.private_ip;
  agents_read_ = true;
  return {};
}

Result<std::vector<ConsoleLook::Asked>> ConsoleLook::read_systems(const Question& question,
                                                                  const std::string& body) {
  V2_TRY(const auto systems, parse_systems(body, question.agent));
  systems_read_ = true;
  std::vector<Asked> out;
  for (const auto& system : systems) {
    const bool known = std::any_of(listed_.begin(), listed_.end(),
                                   [&](const auto& each) { return each.id == system.id; });
    if (known) continue;
    listed_.push_back(system);
    out.push_back(ask_system(system));
  }
  return out;
}

Result<void> ConsoleLook::read_system(const Question& question, const std::string& body) {
  V2_TRY(auto answer, parse_system(body, question.system));
  systems_read_ = true;
  if (!answer.actions_told) {
    failed(question.system.id.str() + ": the Console's answer does not tell its active actions");
  }
  systems_.push_back(std::move(answer.system));
  return {};
}

Result<std::vector<ConsoleLook::Asked>> ConsoleLook::read(const Question& question,
                                                          const std::string& body) {
  Result<void> done;
  switch (question.part) {
    case Part::kAgents:
      return read_agents(body);
    case Part::kSystems:
      return read_systems(question, body);
    case Part::kAgent:
      done = read_agent(body);
      break;
    case Part::kAbout:
      done = read_about(question, body);
      break;
    case Part::kSystem:
      done = read_system(question, body);
      break;
  }
  if (!done) return Unexpected{done.error()};
  return std::vector<Asked>();
}

void ConsoleLook::failed(std::string why) {
  auto& errors = found_.errors;
  if (std::find(errors.begin(), errors.end(), why) == errors.end())
    errors.push_back(std::move(why));
}

std::vector<ConsoleLook::Asked> ConsoleLook::take(std::size_t number, const ConsoleReply& reply) {
  const auto question = questions_.at(number);
  --open_;
  if (reply.fate != Fate::kDone) {
    login_refused_ = login_refused_ || reply.login_refused;
    const auto of = question.agent.empty() ? "" : "agent " + question.agent + ": ";
    failed(reply.login_refused ? to_string(reply.why) : of + to_string(reply.why));
    return {};
  }
  auto more = read(question, reply.body);
  if (more) return *std::move(more);
  failed(question.call.path + ": " + to_string(more.error()));
  return {};
}

fleet::ConsoleReading ConsoleLook::reading() const {
  auto out = found_;
  if (agents_read_) out.agents = agents_;
  if (systems_read_) out.systems = systems_;
  return out;
}

}  // namespace v2only::netapp
