// Who is asked, with which token, through which agent.
#include "sim/console.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "core/digest.h"
#include "core/text.h"
#include "fleet/version.h"
#include "sim/auth.h"
#include "sim/console_asked.h"
#include "sim/console_records.h"
#include "sim/form.h"
#include "sim/protocol.h"

namespace v2only::sim {
namespace {

namespace json = boost::json;

// Login by this host too, and the one client id that all refresh tokens go with (facts 5).
constexpr std::string_view kLoginHost = "netapp-cloud-account.auth0.com";
constexpr std::string_view kRefreshClient = "Mu0V1ywgYteI6w1MbD15fKfVIUrNXGWC";
constexpr std::string_view kSuffix = "clients";

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

net::Response oauth_error(int status, std::string_view error, std::string_view words,
                          WallTime now) {
  return console_answer(status, json::object{{"error", error}, {"error_description", words}}, now);
}

// Names of working environments and of agents, and ids of tasks.
bool is_id(std::string_view part) {
  return part.starts_with("VsaWorkingEnvironment-") || part.ends_with(kSuffix) ||
         part.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

net::Response console_answer(int status, const json::value& body, WallTime now) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Date", http_date(now)}};
  response.body = json::serialize(body);
  return response;
}

net::Response console_error(int status, const std::string& message, WallTime now) {
  return console_answer(status, json::object{{"message", message}}, now);
}

std::string console_action(const net::Request& request) {
  std::string out = request.method;
  char before = ' ';
  for (const auto& part : split(target_of(request.url).path.substr(1), '/')) {
    if (is_id(part)) continue;
    out += before + part;
    before = '/';
  }
  return out;
}

std::string_view console_header(const net::Request& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

Console::Asked::Asked(const net::Request& the_request, WallTime the_now)
    : request(the_request), now(the_now) {
  const auto target = target_of(request.url);
  query = Form(target.query);
  for (const auto& part : split(target.path.substr(1), '/')) {
    if (!part.empty()) path.push_back(decode_form(part));
  }
}

bool Console::Asked::is(std::string_view method, std::string_view wanted) const {
  return request.method == method && join(path, "/") == wanted;
}

Console::Console(const WorldSpec& world, Around around) : world_(world), around_(around) {}

// ---- agents ----

std::optional<InstanceIndex> Console::instance_of(const AgentSpec& agent) const {
  return around_.ec2.find(agent.instance);
}

bool Console::guest_up(const AgentSpec& agent, WallTime now) const {
  const auto index = instance_of(agent);
  if (!index || around_.ec2.at(*index).state != fleet::InstanceState::kRunning) return false;
  const auto* power = around_.ec2.power(*index);
  if (power == nullptr) return true;
  if (power->down) return false;
  return power->boots.empty() || now >= power->boots.back() + spec().agent_boot;
}

namespace {

bool can_use_imds(const AgentSpec& agent, const fleet::OptionSet& options) {
  constexpr int kHops = 3;
  if (options.endpoint_disabled()) return false;
  if (!options.tokens_required()) return true;
  return fleet::agent_gate(agent.version) == fleet::Gate::kPass &&
         options.hop_limit().value_or(1) >= kHops;
}

}  // namespace

bool Console::has_imds(const AgentSpec& agent) const {
  const auto index = instance_of(agent);
  return index && can_use_imds(agent, around_.ec2.effective_options(*index));
}

std::optional<WallTime> Console::without_imds_since(const AgentSpec& agent) const {
  const auto index = instance_of(agent);
  std::optional<WallTime> since;
  if (!index) return since;
  for (const auto& version : around_.ec2.history(*index)) {
    if (can_use_imds(agent, version.effective)) {
      since.reset();
    } else if (!since) {
      since = version.at;
    }
  }
  return since;
}

bool Console::is_active(const AgentSpec& agent, WallTime now) const {
  if (!guest_up(agent, now)) return false;
  const auto since = without_imds_since(agent);
  if (!since) return true;
  // What was never any other way has no credentials left.
  return *since != WallTime::min() && now < *since + spec().credentials_life;
}

const AgentSpec* Console::agent_of(const CvoSpec& system) const {
  const auto& agents = spec().agents;
  const auto found = std::find_if(agents.begin(), agents.end(), [&](const AgentSpec& agent) {
    return !system.agent || agent.instance == *system.agent;
  });
  return found == agents.end() ? nullptr : &*found;
}

// ---- the way to it ----

bool Console::owns(const std::string& host) const {
  if (!world_.console) return false;
  if (host == spec().host || host == kLoginHost) return true;
  return std::any_of(spec().agents.begin(), spec().agents.end(), [&](const AgentSpec& agent) {
    const auto index = instance_of(agent);
    return index && around_.ec2.at(*index).private_ip == host;
  });
}

Answer::Way Console::connects(const std::string& host, WallTime now) const {
  for (const auto& agent : spec().agents) {
    const auto index = instance_of(agent);
    if (!index || around_.ec2.at(*index).private_ip != host) continue;
    if (around_.ec2.at(*index).state != fleet::InstanceState::kRunning) return Answer::Way::kHang;
    return guest_up(agent, now) ? Answer::Way::kWhole : Answer::Way::kRefused;
  }
  return Answer::Way::kWhole;
}

net::Response Console::serve(const std::string& host, const net::Request& request, WallTime now) {
  if (host == spec().host || host == kLoginHost) return to_saas(request, now);
  for (const auto& agent : spec().agents) {
    const auto index = instance_of(agent);
    if (index && around_.ec2.at(*index).private_ip == host) {
      return to_agent(agent, Asked(request, now));
    }
  }
  return console_error(404, "not found", now);
}

net::Response Console::to_saas(const net::Request& request, WallTime now) {
  const Asked asked(request, now);
  if (asked.is("POST", "auth/oauth/token") || asked.is("POST", "oauth/token")) {
    return log_in(request, now);
  }
  if (!knows_token(console_header(request, "Authorization"), now)) {
    return console_error(401, "Unauthorized", now);
  }
  if (asked.is("GET", "tenancy/account")) {
    return console_answer(
        200,
        json::array{json::object{
            {"accountPublicId", spec().account}, {"accountName", "simulated"}, {"isSaas", true}}},
        now);
  }
  if (asked.is("GET", "agents-mgmt/agent")) return list_agents(asked);
  const auto& path = asked.path;
  if (path.size() == 3 && path[0] == "agents-mgmt" && path[1] == "agent") return one_agent(asked);
  if (path.empty() || path[0] != "occm") return console_error(404, "not found", now);
  const auto id = console_header(request, "X-Agent-Id");
  for (const auto& agent : spec().agents) {
    if (agent.id + std::string(kSuffix) != id) continue;
    if (is_active(agent, now)) return to_agent(agent, asked);
    return console_error(504, "the agent " + agent.name + " does not answer", now);
  }
  return console_error(400, "the header X-Agent-Id names no agent of the account", now);
}

// ---- tokens ----

net::Response Console::log_in(const net::Request& request, WallTime now) {
  json::error_code error;
  const auto value = json::parse(request.body, error);
  if (error || !value.is_object()) {
    return oauth_error(400, "invalid_request", "the body is not a JSON object", now);
  }
  const auto& body = value.get_object();
  const auto grant = text_at(body, "grant_type");
  if (text_at(body, "audience") != "https://api.cloud.netapp.com") {
    return oauth_error(403, "access_denied", "the audience is not known", now);
  }
  if (grant == "client_credentials") {
    if (text_at(body, "client_id") != spec().client_id ||
        text_at(body, "client_secret") != spec().client_secret.reveal()) {
      return oauth_error(401, "access_denied", "Unauthorized", now);
    }
  } else if (grant == "refresh_token") {
    if (text_at(body, "client_id") != kRefreshClient ||
        text_at(body, "refresh_token") != spec().refresh_token.reveal()) {
      return oauth_error(403, "invalid_grant", "Unknown or invalid refresh token.", now);
    }
  } else {
    return oauth_error(403, "unsupported_grant_type", "Unsupported grant type", now);
  }
  std::erase_if(tokens_, [&](const auto& token) { return token.second <= now; });
  const auto token = "sim." + sha256_hex("token " + std::to_string(++count_)).substr(0, 40);
  tokens_[token] = now + spec().token_life;
  const auto life = std::chrono::floor<std::chrono::seconds>(spec().token_life);
  return console_answer(
      200,
      json::object{{"access_token", token}, {"expires_in", life.count()}, {"token_type", "Bearer"}},
      now);
}

bool Console::knows_token(std::string_view header, WallTime now) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (!header.starts_with(kBearer)) return false;
  const auto found = tokens_.find(std::string(header.substr(kBearer.size())));
  return found != tokens_.end() && now < found->second;
}

// ---- agents, as the Console tells of them ----

namespace {

json::object agent_record(const AgentSpec& agent, bool active) {
  return {{"agentId", agent.id + std::string(kSuffix)},
          {"name", agent.name},
          {"provider", "AWS"},
          {"status", active ? "active" : "inactive"}};
}

}  // namespace

net::Response Console::list_agents(const Asked& asked) const {
  if (asked.query.get_or("account_id", "") != spec().account) {
    return console_error(403, "no such account", asked.now);
  }
  json::array agents;
  for (const auto& agent : spec().agents) {
    agents.emplace_back(agent_record(agent, is_active(agent, asked.now)));
  }
  return console_answer(200, json::object{{"agents", std::move(agents)}}, asked.now);
}

net::Response Console::one_agent(const Asked& asked) const {
  for (const auto& agent : spec().agents) {
    if (agent.id + std::string(kSuffix) != asked.path[2]) continue;
    return console_answer(
        200, json::object{{"agent", agent_record(agent, is_active(agent, asked.now))}}, asked.now);
  }
  return console_error(404, "no such agent", asked.now);
}

}  // namespace v2only::sim
