// The REST API's manners: login, fields, filters, pages, jobs, methods, errors, versions.
#include <gtest/gtest.h>

#include "pair.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Kind = FaultSpec::Kind;

Answer with_header(Pair& p, const std::string& name, const std::string& value) {
  net::Request request;
  request.url = "https://" + p.cvo().cluster_address + "/api/cluster";
  request.headers = {{name, value}};
  return p.world.arrive(request, p.now);
}

TEST(Ontap, TellsItsClusterWithTheVersionInFull) {
  Pair p(pair_spec("9.12.1P2"));
  const auto cluster = p.get("/api/cluster?fields=name,uuid,version");
  EXPECT_EQ(cluster.at("name").as_string(), "cvo1");
  EXPECT_EQ(cluster.at("version").at("full").as_string(),
            "NetApp Release 9.12.1P2: Tue Dec 05 16:06:25 UTC 2023");
  EXPECT_EQ(cluster.at("version").at("major").as_int64(), 12);
  EXPECT_EQ(cluster.at("version").at("minor").as_int64(), 1);
  EXPECT_EQ(cluster.at("_links").at("self").at("href").as_string(), "/api/cluster");
}

TEST(Ontap, AHealthyPairLooksAsTheFactsSay) {
  Pair p;
  const auto nodes = p.get("/api/cluster/nodes?fields=state,membership,uptime,version,ha");
  EXPECT_EQ(nodes.at("num_records").as_int64(), 2);
  for (const auto& node : nodes.at("records").as_array()) {
    EXPECT_EQ(node.at("state").as_string(), "up");
    EXPECT_EQ(node.at("membership").as_string(), "member");
    EXPECT_GT(node.at("uptime").as_int64(), 86400);
    const auto& ha = node.at("ha");
    EXPECT_TRUE(ha.at("enabled").as_bool());
    EXPECT_TRUE(ha.at("auto_giveback").as_bool());
    EXPECT_EQ(ha.at("takeover").at("state").as_string(), "not_attempted");
    EXPECT_EQ(ha.at("giveback").at("state").as_string(), "nothing_to_giveback");
    EXPECT_EQ(ha.at("interconnect").at("state").as_string(), "up");
    EXPECT_EQ(ha.at("partners").as_array().size(), 1U);
    EXPECT_FALSE(node.as_object().contains("model"));  // not asked for
  }
  EXPECT_EQ(p.mirror(), "normal");
}

TEST(Ontap, WithoutTheRightLoginItIs401AndCounted) {
  Pair p;
  const auto none = with_header(p, "Accept", "*/*");
  EXPECT_EQ(none.response.status, 401);
  EXPECT_EQ(p.error_code(none), "6691623");
  EXPECT_NE(none.response.header("WWW-Authenticate"), "");
  const auto wrong = to_base64("v2only:wrong");
  EXPECT_EQ(with_header(p, "Authorization", "Basic " + wrong).response.status, 401);
  EXPECT_EQ(with_header(p, "Authorization", "Bearer x").response.status, 401);
  EXPECT_EQ(with_header(p, "Authorization", "Basic !!!").response.status, 401);
  EXPECT_EQ(p.world.logins_refused(kSystem), 4);
}

TEST(Ontap, UnknownThingsAre404AndWrongMethods405) {
  Pair p;
  const auto status = [&](const std::string& method, const std::string& path) {
    return p.ontap(method, path, method == "GET" ? "" : "{}").response.status;
  };
  EXPECT_EQ(status("GET", "/api/cluster/nodes/00000000-0000-0000-0000-000000000000"), 404);
  EXPECT_EQ(status("GET", "/api/cluster/jobs/00000000-0000-0000-0000-000000000000"), 404);
  EXPECT_EQ(status("GET", "/api/storage/aggregates/x/cloud-stores"), 404);
  EXPECT_EQ(status("GET", "/api/no/such/thing"), 404);
  EXPECT_EQ(status("GET", "/api/private/cli/storage/failover/nothing"), 404);
  EXPECT_EQ(status("GET", "/elsewhere"), 404);
  EXPECT_EQ(status("DELETE", "/api/cluster/nodes/" + p.uuid(0)), 405);
  EXPECT_EQ(status("POST", "/api/cluster"), 405);
  EXPECT_EQ(status("GET", "/api/private/cli/storage/failover/takeover"), 405);
  EXPECT_EQ(status("GET", "/api/support/autosupport/messages"), 405);
  EXPECT_EQ(p.error_code(p.ontap("GET", "/api/cluster/nodes/none")), "4");
}

TEST(Ontap, FieldsAreChosenDownToTheirParts) {
  Pair p;
  const auto nodes = p.get("/api/cluster/nodes?fields=ha.takeover.state,ha.partners.name");
  const auto& node = nodes.at("records").at(0).as_object();
  EXPECT_EQ(node.at("ha").as_object().size(), 2U);
  EXPECT_EQ(node.at("ha").at("partners").at(0).as_object().size(), 1U);
  EXPECT_TRUE(node.contains("uuid"));
  const auto wrong = p.ontap("GET", "/api/cluster/nodes?fields=colour");
  EXPECT_EQ(wrong.response.status, 400);
  EXPECT_EQ(p.error_code(wrong), "262197");
  const auto keys = p.get("/api/cluster/nodes");
  EXPECT_EQ(keys.at("records").at(0).as_object().size(), 3U);  // uuid, name, _links
}

TEST(Ontap, FiltersChooseRecords) {
  Pair p;
  const auto count = [&](const std::string& query) {
    return p.get("/api/cluster/nodes?" + query).at("num_records").as_int64();
  };
  EXPECT_EQ(count("name=cvo1-01"), 1);
  EXPECT_EQ(count("name=cvo1-*"), 2);
  EXPECT_EQ(count("name=cvo1-01|cvo1-02"), 2);
  EXPECT_EQ(count("name=!cvo1-01"), 1);
  EXPECT_EQ(count("state=down"), 0);
  EXPECT_EQ(count("ha.takeover.state=not_attempted"), 2);
  EXPECT_EQ(count("uptime=<5"), 0);
  EXPECT_EQ(count("ha.enabled=True"), 2);
  EXPECT_EQ(count("ha.enabled=false"), 0);
  EXPECT_EQ(p.error_code(p.ontap("GET", "/api/cluster/nodes?colour=red")), "262196");
}

TEST(Ontap, PagesLeadFromOneToTheNext) {
  Pair p;
  const auto first = p.get("/api/network/ip/interfaces?max_records=3&fields=ip&order_by=name");
  EXPECT_EQ(first.at("num_records").as_int64(), 3);
  std::vector<std::string> names;
  const auto take = [&](const json::value& page) {
    for (const auto& lif : page.at("records").as_array()) {
      names.emplace_back(lif.at("name").as_string());
      EXPECT_TRUE(lif.as_object().contains("ip"));
    }
  };
  take(first);
  auto page = first;
  while (page.at("_links").as_object().contains("next")) {
    page = p.get(std::string(page.at("_links").at("next").at("href").as_string()));
    take(page);
  }
  EXPECT_EQ(names.size(), 7U);  // cluster, and of each node: management, NAS, iSCSI
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Ontap, BadNumbersAndOrdersAreRefused) {
  Pair p;
  for (const auto* query :
       {"max_records=0", "max_records=x", "start=99", "order_by=colour", "return_timeout=121"}) {
    const auto answer = p.ontap("GET", std::string("/api/cluster/nodes?") + query);
    EXPECT_EQ(answer.response.status, 400) << query;
    EXPECT_EQ(p.error_code(answer), "262197") << query;
  }
}

TEST(Ontap, RecordsMayBeLeftOut) {
  Pair p;
  const auto answer = p.get("/api/cluster/nodes?return_records=false");
  EXPECT_FALSE(answer.as_object().contains("records"));
  EXPECT_EQ(answer.at("num_records").as_int64(), 2);
}

TEST(Ontap, LinksAreForThoseWhoTakeHal) {
  Pair p;
  net::Request request;
  request.url = "https://" + p.cvo().cluster_address + "/api/network/ip/interfaces?max_records=2";
  request.headers = {{"Authorization", "Basic " + to_base64("v2only:" + p.cvo().password.reveal())},
                     {"Accept", "application/json"}};
  const auto plain = json::parse(p.world.arrive(request, p.now).response.body);
  EXPECT_FALSE(plain.at("records").at(0).as_object().contains("_links"));
  EXPECT_TRUE(plain.at("_links").as_object().contains("next"));  // pages are found all the same
  request.headers[1].value = "application/hal+json";
  const auto hal = json::parse(p.world.arrive(request, p.now).response.body);
  EXPECT_TRUE(hal.at("records").at(0).as_object().contains("_links"));
}

TEST(Ontap, AnActionIsAJobThatIsDeletedWhenItHasBeenOverForFiveMinutes) {
  Pair p;
  const auto answer = p.ontap(
      "PATCH", "/api/cluster/nodes/" + p.uuid(1) + "?action=shutdown&shutdown_reboot_reason=test",
      "{}");
  EXPECT_EQ(answer.response.status, 202);
  const auto job = json::parse(answer.response.body).at("job");
  const auto uuid = std::string(job.at("uuid").as_string());
  EXPECT_EQ(job.at("_links").at("self").at("href").as_string(), "/api/cluster/jobs/" + uuid);
  EXPECT_EQ(p.job_state(uuid), "queued");
  p.pass(seconds(1));
  EXPECT_EQ(p.job_state(uuid), "running");
  p.pass(seconds(19));
  EXPECT_EQ(p.job_state(uuid), "success");
  p.pass(seconds(299));
  EXPECT_EQ(p.job_state(uuid), "success");
  p.pass(seconds(1));
  EXPECT_EQ(p.job_state(uuid), "gone");
}

TEST(Ontap, AFailedJobTellsItsCodeAsANumberAndItsWords) {
  auto spec = pair_spec();
  spec.faults.resize(1);
  spec.faults[0].kind = Kind::kTakeoverVeto;
  Pair p(spec);
  const auto uuid = p.act(1, "shutdown");
  p.pass(seconds(20));
  const auto job = p.get("/api/cluster/jobs/" + uuid + "?fields=state,message,code,error");
  EXPECT_EQ(job.at("state").as_string(), "failure");
  EXPECT_EQ(job.at("code").as_int64(), 852130);
  EXPECT_EQ(job.at("error").at("code").as_string(), "852130");
}

TEST(Ontap, ActionsDifferByVersion) {
  const auto answer = [](const std::string& version, const std::string& action) {
    Pair p(pair_spec(version));
    return p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(0) + "?action=" + action, "{}")
        .response.status;
  };
  EXPECT_EQ(answer("9.12.1P2", "takeover_check"), 400);
  EXPECT_EQ(answer("9.13.1P4", "takeover_check"), 400);
  EXPECT_EQ(answer("9.14.1P2", "takeover_check"), 202);
  EXPECT_EQ(answer("9.14.1P2", "takeover"), 400);  // there is no such action
  EXPECT_EQ(answer("9.14.1P2", "power_off"), 400);
}

TEST(Ontap, TheTakeoverCheckFillsItsReasons) {
  Pair p(pair_spec("9.14.1P2"));
  const auto checked = [&] {
    const auto uuid = p.act(0, "takeover_check");
    p.pass(seconds(2));
    EXPECT_EQ(p.job_state(uuid), "success");
    return p.node(0).at("ha").at("takeover_check").as_object();
  };
  EXPECT_FALSE(p.node(0).at("ha").as_object().contains("takeover_check"));
  EXPECT_TRUE(checked().at("takeover_possible").as_bool());
  p.ec2("StopInstances", p.mediator());
  EXPECT_FALSE(checked().at("takeover_possible").as_bool());
  EXPECT_EQ(checked().at("reasons").as_array().size(), 1U);
}

TEST(Ontap, WhatAPatchDoesNotKnowIsRefused) {
  Pair p;
  const auto path = "/api/cluster/nodes/" + p.uuid(0);
  const auto code_of = [&](const std::string& query, const std::string& body) {
    return p.error_code(p.ontap("PATCH", path + query, body));
  };
  EXPECT_EQ(code_of("?action=shutdown&force=true", "{}"), "262196");
  EXPECT_EQ(code_of("?action=shutdown&return_timeout=200", "{}"), "262197");
  EXPECT_EQ(code_of("?action=shutdown&allow_data_outage=maybe", "{}"), "262197");
  EXPECT_EQ(code_of("", "{}"), "262247");
  EXPECT_EQ(code_of("", "no json"), "262198");
  EXPECT_EQ(p.node_state(0), "up");
}

TEST(Ontap, AutosupportMessagesAreTakenForNodesThatThereAre) {
  Pair p;
  const auto post = [&](const std::string& node) {
    return p
        .ontap("POST", "/api/support/autosupport/messages",
               R"({"message":"MAINT=4h","type":"all","node":{"name":")" + node + R"("}})")
        .response;
  };
  EXPECT_EQ(post("cvo1-01").status, 201);
  EXPECT_EQ(post("cvo1-01").body, "{}");
  EXPECT_EQ(post("another").status, 404);
  EXPECT_EQ(p.world.autosupport(kSystem), (std::vector<std::string>{"MAINT=4h", "MAINT=4h"}));
}

TEST(Ontap, MovesTransfersAndTargetsAreToldOf) {
  auto spec = pair_spec();
  spec.cvo[0].volume_moving = true;
  spec.cvo[0].snapmirror_transferring = true;
  Pair p(spec);
  const auto volumes = p.get("/api/storage/volumes?fields=name,svm.name,movement&movement.state=*");
  EXPECT_EQ(volumes.at("num_records").as_int64(), 1);
  EXPECT_EQ(volumes.at("records").at(0).at("movement").at("state").as_string(), "replicating");
  const auto transfers = p.get("/api/snapmirror/relationships?fields=transfer.state");
  EXPECT_EQ(transfers.at("records").at(0).at("transfer").at("state").as_string(), "transferring");
  const auto targets = p.get("/api/cloud/targets?fields=authentication_type");
  EXPECT_EQ(targets.at("records").at(0).at("authentication_type").as_string(), "ec2_iam");
  EXPECT_EQ(p.get("/api/cluster/mediators").at("num_records").as_int64(), 0);
  EXPECT_EQ(p.get("/api/svm/svms").at("num_records").as_int64(), 1);
  EXPECT_EQ(p.get("/api/cluster/software?fields=version").at("version").as_string(), "9.13.1P4");
  EXPECT_FALSE(p.get("/api/cluster/software").as_object().contains("pending_version"));
}

// ---- what the script does to its calls ----

struct Trouble {
  Kind kind;
  int status;
};

class OntapTrouble : public ::testing::TestWithParam<Trouble> {};

TEST_P(OntapTrouble, IsAnsweredWithItsStatusAndDoesNothing) {
  auto spec = pair_spec();
  FaultSpec fault;
  fault.kind = GetParam().kind;
  fault.service = "ontap";
  fault.system = kSystem;
  fault.action = "PATCH cluster/nodes shutdown";
  fault.status = 503;
  spec.faults.push_back(fault);
  Pair p(spec);
  const auto answer =
      p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(1) + "?action=shutdown", "{}");
  EXPECT_EQ(answer.response.status, GetParam().status);
  EXPECT_NE(p.error_code(answer), "");
  EXPECT_EQ(p.takeover(0), "not_attempted");
  EXPECT_EQ(ask(p.world, p.now, "DescribeInstances").response.status, 200);  // AWS is not meant
}

INSTANTIATE_TEST_SUITE_P(Kinds, OntapTrouble,
                         ::testing::Values(Trouble{Kind::kDeny, 403}, Trouble{Kind::kBadLogin, 401},
                                           Trouble{Kind::kThrottle, 429},
                                           Trouble{Kind::kError, 503}));

TEST(OntapFaults, ALostAnswerMayHaveTakenEffect) {
  for (const auto kind : {Kind::kLoseAfter, Kind::kLoseBefore, Kind::kHang, Kind::kHalfAnswer}) {
    auto spec = pair_spec();
    FaultSpec fault;
    fault.kind = kind;
    fault.service = "ontap";
    fault.action = "PATCH";
    spec.faults.push_back(fault);
    Pair p(spec);
    const auto answer =
        p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(1) + "?action=shutdown", "{}");
    EXPECT_NE(answer.way, Answer::Way::kWhole);
    EXPECT_EQ(p.takeover(0), kind == Kind::kLoseBefore ? "not_attempted" : "in_progress");
  }
}

TEST(OntapFaults, AnAddressMayLeadToAnotherCluster) {
  FleetBuilder build(3);
  const RegionName region("eu-west-1");
  const UnitId other("VsaWorkingEnvironment-e5f6a7b8");
  build.cvo_pair({region, "cvo1", kSystem, "9.13.1P4"});
  build.cvo_single({region, "cvo2", other, "9.13.1P4"});
  auto spec = build.take().world;
  spec.regions = {region};
  spec.cvo[1].password = spec.cvo[0].password;
  FaultSpec fault;
  fault.kind = Kind::kWrongCluster;
  fault.service = "ontap";
  fault.system = kSystem;
  fault.other = other;
  spec.faults.push_back(fault);
  Pair p(spec);
  EXPECT_EQ(p.get("/api/cluster?fields=name").at("name").as_string(), "cvo2");
}

TEST(OntapFaults, FaultsOfAwsDoNotReachOntap) {
  auto spec = pair_spec();
  spec.faults.resize(1);
  spec.faults[0].kind = Kind::kRefuse;
  Pair p(spec);
  EXPECT_EQ(p.get("/api/cluster?fields=name").at("name").as_string(), "cvo1");
  EXPECT_EQ(ask(p.world, p.now, "DescribeInstances").way, Answer::Way::kRefused);
}

}  // namespace
}  // namespace v2only::sim::testing
