// The simulated NetApp Console, in virtual time.
#include <gtest/gtest.h>

#include "pair.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const UnitId kSingle("VsaWorkingEnvironment-e5f6a7b8");

// An agent, a pair and a single node.
WorldSpec estate() {
  FleetBuilder build(1);
  const RegionName region("eu-west-1");
  build.agent(region, "agent-1", "3.9.40")
      .instance.options.set(fleet::OptionField::kHttpPutResponseHopLimit, "3");
  build.cvo_pair({region, "cvo1", kSystem, "9.13.1P4"});
  build.cvo_single({region, "cvo2", kSingle, "9.13.1P4"});
  auto spec = build.take().world;
  spec.regions = {region};
  return spec;
}

class Estate : public Pair {
 public:
  explicit Estate(WorldSpec spec = estate()) : Pair(std::move(spec)) { token = log_in(); }

  const ConsoleSpec& console() const { return *world.spec().console; }
  const AgentSpec& agent() const { return console().agents.front(); }
  std::string agent_ip() const { return world.find(agent().instance)->private_ip; }
  std::string single() const { return world.spec().cvo[1].nodes[0].instance.str(); }

  Answer login(const json::object& body) {
    net::Request request;
    request.method = "POST";
    request.url = "https://" + console().host + "/auth/oauth/token";
    request.body = json::serialize(body);
    return world.arrive(request, now);
  }
  json::object credentials() const {
    return {{"grant_type", "client_credentials"},
            {"client_id", console().client_id},
            {"client_secret", console().client_secret.reveal()},
            {"audience", "https://api.cloud.netapp.com"}};
  }
  std::string log_in() {
    const auto answer = login(credentials());
    EXPECT_EQ(answer.response.status, 200) << answer.response.body;
    return std::string(json::parse(answer.response.body).at("access_token").as_string());
  }
  Answer call(const std::string& method, const std::string& path, std::string host = {}) {
    net::Request request;
    request.method = method;
    request.url = "http://" + (host.empty() ? console().host : host) + path;
    if (host.empty()) {
      request.headers = {{"Authorization", "Bearer " + token},
                         {"X-Agent-Id", agent().id + "clients"}};
    }
    return world.arrive(request, now);
  }
  json::value json_of(const std::string& path) {
    const auto answer = call("GET", path);
    EXPECT_EQ(answer.response.status, 200) << path << " " << answer.response.body;
    return json::parse(answer.response.body);
  }
  std::string agent_status() {
    const auto answer = json_of("/agents-mgmt/agent?account_id=" + console().account);
    return std::string(answer.at("agents").at(0).at("status").as_string());
  }
  std::string status_of(const std::string& path) {
    return std::string(json_of(path + "?fields=status").at("status").at("status").as_string());
  }
  std::string pair_path() const { return "/occm/api/aws/ha/working-environments/" + kSystem.str(); }
  std::string single_path() const { return "/occm/api/vsa/working-environments/" + kSingle.str(); }
  // Of the request that the answer names.
  std::int64_t task(const Answer& answer) {
    const std::string id(answer.response.header("OnCloud-Request-Id"));
    return json_of("/occm/api/audit/activeTask/" + id).at("status").as_int64();
  }
  void set_agent(const fleet::OptionSet& options) {
    Params params = {{"InstanceId", agent().instance.str()}};
    for (const auto field : fleet::kOptionFields) {
      if (const auto& value = options.get(field))
        params.emplace_back(fleet::name_of(field), *value);
    }
    EXPECT_EQ(ask(world, now, "ModifyInstanceMetadataOptions", params).response.status, 200);
  }

  std::string token;
};

TEST(Console, GivesTokensForBothGrants) {
  Estate e;
  const auto answer = e.login({{"grant_type", "refresh_token"},
                               {"refresh_token", e.console().refresh_token.reveal()},
                               {"client_id", "Mu0V1ywgYteI6w1MbD15fKfVIUrNXGWC"},
                               {"audience", "https://api.cloud.netapp.com"}});
  EXPECT_EQ(answer.response.status, 200);
  const auto body = json::parse(answer.response.body);
  EXPECT_EQ(body.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(body.at("expires_in").as_int64(), 86400);
  e.token = std::string(body.at("access_token").as_string());
  EXPECT_EQ(e.call("GET", "/tenancy/account").response.status, 200);
}

TEST(Console, RefusesWrongLoginsAndOldTokens) {
  Estate e;
  auto wrong = e.credentials();
  wrong["client_secret"] = "another";
  EXPECT_EQ(e.login(wrong).response.status, 401);
  auto grant = e.credentials();
  grant["grant_type"] = "password";
  EXPECT_EQ(e.login(grant).response.status, 403);
  auto audience = e.credentials();
  audience.erase("audience");
  EXPECT_EQ(e.login(audience).response.status, 403);
  EXPECT_EQ(e.login({{"grant_type", "refresh_token"},
                     {"refresh_token", "x"},
                     {"client_id", "y"},
                     {"audience", "https://api.cloud.netapp.com"}})
                .response.status,
            403);
  e.pass(hours(24) - seconds(1));
  EXPECT_EQ(e.call("GET", "/tenancy/account").response.status, 200);
  e.pass(seconds(1));
  EXPECT_EQ(e.call("GET", "/tenancy/account").response.status, 401);
}

TEST(Console, ListsAgentsOfItsAccountOnly) {
  Estate e;
  EXPECT_EQ(e.agent_status(), "active");
  const auto one = e.json_of("/agents-mgmt/agent/" + e.agent().id + "clients");
  EXPECT_EQ(one.at("agent").at("status").as_string(), "active");
  EXPECT_EQ(e.call("GET", "/agents-mgmt/agent?account_id=another").response.status, 403);
  EXPECT_EQ(e.call("GET", "/agents-mgmt/agent/nobodyclients").response.status, 404);
}

TEST(Console, AnAgentTellsItsVersionThroughTheConsoleAndDirectly) {
  Estate e;
  EXPECT_EQ(e.json_of("/occm/api/occm/system/about").at("version").as_string(), "3.9.40");
  const auto direct = e.call("GET", "/occm/api/occm/system/about", e.agent_ip());
  EXPECT_EQ(json::parse(direct.response.body).at("privateIp").as_string(), e.agent_ip());
}

TEST(Console, CallsWithoutAnAgentAreRefused) {
  Estate e;
  net::Request request;
  request.url = "https://" + e.console().host + "/occm/api/working-environments";
  request.headers = {{"Authorization", "Bearer " + e.token}};
  EXPECT_EQ(e.world.arrive(request, e.now).response.status, 400);
  EXPECT_EQ(e.call("GET", "/elsewhere").response.status, 404);
}

TEST(Console, SystemsAreListedBareAndToldOfWhenAskedFor) {
  Estate e;
  const auto list = e.json_of("/occm/api/working-environments").at("vsaWorkingEnvironments");
  ASSERT_EQ(list.as_array().size(), 2U);
  EXPECT_EQ(list.at(0).at("publicId").as_string(), kSystem.str());
  EXPECT_TRUE(list.at(0).at("isHA").as_bool());
  EXPECT_TRUE(list.at(0).at("awsProperties").is_null());
  const auto pair =
      e.json_of(e.pair_path() +
                "?fields=awsProperties,ontapClusterProperties.fields(nodes),haProperties,status,"
                "activeActions");
  EXPECT_EQ(pair.at("status").at("status").as_string(), "ON");
  EXPECT_EQ(pair.at("awsProperties").at("instances").as_array().size(), 3U);
  EXPECT_FALSE(pair.at("awsProperties").at("instances").at(2).at("isVsaInstance").as_bool());
  EXPECT_EQ(pair.at("ontapClusterProperties").at("nodes").at(0).at("cloudProviderId").as_string(),
            e.instance(0));
  EXPECT_EQ(pair.at("haProperties").at("failoverMode").as_string(), "PrivateIP");
  EXPECT_EQ(pair.at("haProperties").at("mediatorStatus").at("statusCode").as_int64(), 200);
  EXPECT_TRUE(pair.at("activeActions").as_array().empty());
}

TEST(Console, ASystemIsFoundUnderItsOwnKindOnly) {
  Estate e;
  const auto status = [&](const std::string& path) { return e.call("GET", path).response.status; };
  EXPECT_EQ(status("/occm/api/vsa/working-environments/" + kSystem.str()), 404);
  EXPECT_EQ(status("/occm/api/aws/ha/working-environments/" + kSingle.str()), 404);
  EXPECT_EQ(status("/occm/api/ontaps/working-environments/" + kSingle.str()), 200);
  EXPECT_EQ(status("/occm/api/vsa/working-environments/VsaWorkingEnvironment-none"), 404);
  EXPECT_EQ(e.call("DELETE", e.single_path()).response.status, 405);
}

TEST(Console, APairWithANodeDownIsDegraded) {
  Estate e;
  e.act(1, "shutdown");
  e.pass(minutes(1));
  EXPECT_EQ(e.status_of(e.pair_path()), "DEGRADED");
  e.ec2("StopInstances", e.mediator());
  const auto pair = e.json_of(e.pair_path() + "?fields=haProperties");
  EXPECT_NE(pair.at("haProperties").at("mediatorStatus").at("statusCode").as_int64(), 200);
}

TEST(Console, StopsAndStartsASingleNodeWithItsSnapshotsFirst) {
  Estate e;
  const auto stop = e.call("POST", e.single_path() + "/stop?takeSnapshots=true");
  EXPECT_EQ(stop.response.status, 202);
  EXPECT_EQ(e.task(stop), 0);
  EXPECT_TRUE(e.world.served(kSingle, e.now));
  const auto active = e.json_of(e.single_path() + "?fields=activeActions").at("activeActions");
  EXPECT_EQ(active.at(0).at("actionName").as_string(), "stop");
  EXPECT_EQ(e.call("POST", e.single_path() + "/start").response.status, 409);
  e.pass(minutes(2));
  EXPECT_FALSE(e.world.served(kSingle, e.now));
  e.until([&] { return e.task(stop) == 1; });
  EXPECT_EQ(e.status_of(e.single_path()), "OFF");
  EXPECT_EQ(e.world.find(InstanceId(e.single()))->state, fleet::InstanceState::kStopped);
  EXPECT_EQ(e.call("POST", e.single_path() + "/stop").response.status, 400);
  const auto start = e.call("POST", e.single_path() + "/start");
  EXPECT_EQ(start.response.status, 202);
  e.pass(minutes(2));
  EXPECT_EQ(e.status_of(e.single_path()), "INITIALIZING");
  e.until([&] { return e.task(start) == 1; });
  EXPECT_TRUE(e.world.served(kSingle, e.now));
  EXPECT_EQ(e.call("POST", e.single_path() + "/start").response.status, 400);
  EXPECT_EQ(e.log_of(LogEntry::Kind::kStopped).back().caller, "NetApp Console");
}

TEST(Console, APairsStopTakesBothOfItsNodes) {
  Estate e;
  const auto stop = e.call("POST", e.pair_path() + "/stop?takeSnapshots=false");
  EXPECT_EQ(stop.response.status, 202);
  e.until([&] { return e.task(stop) == 1; });
  EXPECT_EQ(e.status_of(e.pair_path()), "OFF");
  EXPECT_FALSE(e.world.served(kSystem, e.now));
  const auto start = e.call("POST", e.pair_path() + "/start");
  e.until([&] { return e.task(start) == 1; });
  EXPECT_TRUE(e.world.served(kSystem, e.now));
}

TEST(Console, UnknownTasksAre404) {
  Estate e;
  EXPECT_EQ(e.call("GET", "/occm/api/audit/activeTask/123").response.status, 404);
}

TEST(Console, AStartThatFailsEndsItsTask) {
  auto spec = estate();
  FaultSpec fault;
  fault.kind = FaultSpec::Kind::kNoBoot;
  fault.system = kSingle;
  spec.faults.push_back(fault);
  Estate e(spec);
  const auto stop = e.call("POST", e.single_path() + "/stop");
  e.until([&] { return e.task(stop) == 1; });
  const auto start = e.call("POST", e.single_path() + "/start");
  e.until([&] { return e.task(start) == -1; });
}

TEST(Console, AnAgentWithItsHopsIsGoodOnV2Only) {
  Estate e;
  e.set_agent(options("required", 3));
  e.pass(hours(12));
  EXPECT_EQ(e.agent_status(), "active");
  EXPECT_EQ(e.status_of(e.single_path()), "ON");
}

TEST(Console, AnAgentWithoutItsHopsLivesOnItsCredentialsForAWhile) {
  Estate e;
  e.set_agent(options("required", 2));
  e.pass(minutes(30));
  EXPECT_EQ(e.agent_status(), "active");
  const auto causes =
      e.json_of(e.single_path() + "?fields=status").at("status").at("failureCauses");
  EXPECT_TRUE(causes.at("noCloudProviderConnection").as_bool());  // a read that needs AWS tells
  const auto stop = e.call("POST", e.single_path() + "/stop");
  e.until([&] { return e.task(stop) == -1; });
  e.pass(hours(6));
  EXPECT_EQ(e.agent_status(), "inactive");
  EXPECT_EQ(e.call("GET", e.single_path()).response.status, 504);
  e.set_agent(options("required", 3));
  e.pass(minutes(1));
  EXPECT_EQ(e.agent_status(), "active");
}

TEST(Console, AnAgentThatIsTooOldGoesInactive) {
  auto spec = estate();
  spec.console->agents[0].version = "3.9.37";
  Estate e(spec);
  e.set_agent(options("required", 3));
  e.pass(hours(7));
  EXPECT_EQ(e.agent_status(), "inactive");
}

TEST(Console, AStoppedAgentDoesNotAnswer) {
  Estate e;
  e.ec2("StopInstances", e.agent().instance.str());
  EXPECT_EQ(e.agent_status(), "inactive");
  EXPECT_EQ(e.call("GET", "/occm/api/working-environments").response.status, 504);
  e.pass(minutes(1));
  EXPECT_EQ(e.call("GET", "/occm/api/occm/system/about", e.agent_ip()).way, Answer::Way::kHang);
  e.ec2("StartInstances", e.agent().instance.str());
  e.pass(minutes(1));
  EXPECT_EQ(e.call("GET", "/occm/api/occm/system/about", e.agent_ip()).way, Answer::Way::kRefused);
  e.pass(minutes(3));
  EXPECT_EQ(e.agent_status(), "active");
}

TEST(Console, TheScriptReachesItsCalls) {
  using Kind = FaultSpec::Kind;
  const std::pair<Kind, int> kCases[] = {
      {Kind::kDeny, 403}, {Kind::kBadLogin, 401}, {Kind::kThrottle, 429}, {Kind::kError, 503}};
  for (const auto& [kind, status] : kCases) {
    auto spec = estate();
    FaultSpec fault;
    fault.kind = kind;
    fault.service = "console";
    fault.action = "GET occm/api/working-environments";
    fault.status = 503;
    spec.faults.push_back(fault);
    Estate e(spec);
    EXPECT_EQ(e.call("GET", "/occm/api/working-environments").response.status, status);
    EXPECT_EQ(e.agent_status(), "active");
  }
}

}  // namespace
}  // namespace v2only::sim::testing
