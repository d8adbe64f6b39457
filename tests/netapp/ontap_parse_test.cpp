#include "netapp/ontap_parse.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using fleet::GivebackState;
using fleet::NodeState;
using fleet::TakeoverState;
using testing::data;

TEST(OntapParse, HealthyPairOf9131IsReadInFull) {
  const auto nodes = parse_nodes(data("nodes_9.13.1.json"));
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), 2U);
  fleet::OntapNode wanted;
  wanted.uuid = "1c3b0a56-7a11-11ee-9f0a-0aa1b2c3d401";
  wanted.name = "cvoprod-01";
  wanted.version = "NetApp Release 9.13.1P6: Tue Dec 05 16:06:25 UTC 2023";
  wanted.membership = "member";
  wanted.state = NodeState::kUp;
  wanted.uptime_s = 4215600;
  wanted.date = parse_utc("2026-12-04T16:10:33Z").value();
  fleet::NodeHa ha;
  ha.enabled = true;
  ha.auto_giveback = true;
  ha.partners = {"cvoprod-02"};
  ha.takeover = TakeoverState::kNotAttempted;
  ha.giveback = GivebackState::kNothingToGiveback;
  ha.interconnect = "up";
  wanted.ha = ha;
  wanted.management_addresses = {"10.0.0.21"};
  EXPECT_EQ(nodes->front(), wanted);
}

TEST(OntapParse, TakeoverOf9121IsReadWithItsFailuresWordForWord) {
  const auto nodes = parse_nodes(data("nodes_9.12.1_in_takeover.json"));
  ASSERT_TRUE(nodes);
  const auto& survivor = nodes->at(0);
  EXPECT_EQ(survivor.ha->takeover, TakeoverState::kInTakeover);
  EXPECT_EQ(survivor.ha->giveback, GivebackState::kFailed);
  EXPECT_EQ(survivor.ha->giveback_failure.code, "852126");
  ASSERT_EQ(survivor.ha->giveback_status.size(), 2U);
  EXPECT_EQ(survivor.ha->giveback_status[1],
            (fleet::GivebackOfAggregate{"aggr1", "failed", {"853025", "veto"}}));
  const auto& taken = nodes->at(1);
  EXPECT_EQ(taken.state, NodeState::kWaitingForGiveback);
  EXPECT_EQ(taken.uptime_s, std::nullopt);
  EXPECT_EQ(taken.date, std::nullopt);
  EXPECT_EQ(taken.ha->takeover_failure.message, "Failed to initiate takeover.");
  EXPECT_TRUE(taken.management_addresses.empty());
}

TEST(OntapParse, SingleNodeHasNoHa) {
  const auto nodes = parse_nodes(data("nodes_9.14.1_single.json"));
  ASSERT_EQ(nodes->size(), 1U);
  EXPECT_EQ(nodes->front().ha, std::nullopt);
}

TEST(OntapParse, WordThatIsNotKnownIsUnknownAndNeverUp) {
  const auto nodes = parse_nodes(
      R"({"records":[{"name":"n","state":"resting","ha":{"takeover":{"state":"soon"}}},{"name":"m"}]})");
  EXPECT_EQ(nodes->at(0).state, NodeState::kUnknown);
  EXPECT_EQ(nodes->at(0).ha->takeover, TakeoverState::kUnknown);
  EXPECT_EQ(nodes->at(0).ha->giveback, GivebackState::kUnknown);
  EXPECT_FALSE(nodes->at(0).ha->enabled);
  EXPECT_EQ(nodes->at(1).state, NodeState::kUnknown);
}

TEST(OntapParse, MembersOfAnotherTypeAreNotThere) {
  const auto nodes = parse_nodes(
      R"({"records":[{"name":["n"],"uptime":"long","date":"yesterday","ha":7,"management_interfaces":{}},3]})");
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->at(0).name, "");
  EXPECT_EQ(nodes->at(0).uptime_s, std::nullopt);
  EXPECT_EQ(nodes->at(0).date, std::nullopt);
  EXPECT_EQ(nodes->at(0).ha, std::nullopt);
}

TEST(OntapParse, AnswerWithoutRecordsIsGarbageUnlessItCountsNone) {
  EXPECT_EQ(parse_nodes("{}").error().code, ErrorCode::kGarbage);
  EXPECT_EQ(parse_nodes(R"({"records":null,"num_records":2})").error().code, ErrorCode::kGarbage);
  EXPECT_EQ(parse_nodes("half").error().code, ErrorCode::kGarbage);
  EXPECT_TRUE(parse_nodes(R"({"num_records":0})")->empty());
}

TEST(OntapParse, ClusterIsNamed) {
  const auto cluster = parse_cluster(data("cluster_9.13.1.json"));
  EXPECT_EQ(*cluster, (ClusterAnswer{"cvoprod", "0f5b1c7e-7a11-11ee-9f0a-0aa1b2c3d400",
                                     "NetApp Release 9.13.1P6: Tue Dec 05 16:06:25 UTC 2023"}));
  EXPECT_EQ(parse_cluster("{}").error().code, ErrorCode::kGarbage);
}

TEST(OntapParse, FailoverRowWithoutPossibleSaysNothingAndAnEmptyOneNo) {
  const auto rows = parse_failover(data("failover_9.12.1.json"));
  EXPECT_EQ(rows->at(0),
            (fleet::FailoverRow{"cvoprod-01", "cvoprod-02", true, "Connected to cvoprod-02"}));
  EXPECT_EQ(rows->at(1).possible, std::nullopt);
  const auto odd = parse_failover(
      R"({"records":[{"possible":""},{"possible":"-"},{"possible":"true"},{"possible":"false"},
                     {"possible":"perhaps"},{"takeover_of_possible":true},{"possible":null}]})");
  std::vector<std::optional<bool>> found;
  for (const auto& row : *odd) found.push_back(row.possible);
  EXPECT_EQ(found, (std::vector<std::optional<bool>>{false, false, true, false, std::nullopt, true,
                                                     false}));
}

TEST(OntapParse, AggregatesBringMirrorAndHome) {
  const auto page = parse_aggregates(data("aggregates_page1.json"));
  EXPECT_EQ(page->at(1), (fleet::OntapAggregate{"a-2", "aggr2", "online", "cvoprod-01",
                                                "cvoprod-02", "resynchronizing"}));
}

TEST(OntapParse, CloudStoreBringsBothAvailabilitiesAndTheReason) {
  const auto stores = parse_cloud_stores(data("cloud_stores.json"), "aggr1");
  EXPECT_EQ(stores->at(0),
            (fleet::OntapCloudStore{"aggr1", "S3bucket", "available", "unavailable",
                                    "The object store is unreachable from the partner."}));
  EXPECT_EQ(parse_cloud_stores(R"({"records":[{"unavailable_reason":"gone"}]})", "a")->at(0).reason,
            "gone");
}

TEST(OntapParse, OnlyLifsWithADataProtocolServeClients) {
  const auto lifs = parse_lifs(data("interfaces_9.13.1.json"));
  std::vector<std::string> serving;
  for (const auto& lif : *lifs) {
    if (lif.data) serving.push_back(lif.name);
  }
  EXPECT_EQ(serving, (std::vector<std::string>{"nfs_lif1", "nfs_lif2", "iscsi_1"}));
  const auto& away = lifs->at(6);
  EXPECT_EQ(away.svm, "svm_cvoprod");
  EXPECT_EQ(away.node, "cvoprod-01");
  EXPECT_EQ(away.home_node, "cvoprod-02");
  EXPECT_FALSE(away.is_home);
  EXPECT_FALSE(lifs->at(7).enabled);
  EXPECT_EQ(lifs->at(7).state, "down");
}

TEST(OntapParse, PolicyTellsWhatALifServesWhereServicesAreNotListed) {
  const auto body = data("interfaces_without_services.json");
  EXPECT_TRUE(parse_lifs(body)->at(0).data);
  EXPECT_FALSE(parse_lifs(body)->at(1).data);
  const auto management = parse_management_lifs(body);
  ASSERT_EQ(management->size(), 1U);
  EXPECT_EQ(management->front().address, "10.0.0.22");
}

TEST(OntapParse, ManagementLifsAreThoseOfTheClusterThatServeManagement) {
  std::vector<std::string> found;
  const auto management = parse_management_lifs(data("interfaces_9.13.1.json"));
  for (const auto& lif : *management) found.push_back(lif.address);
  EXPECT_EQ(found, (std::vector<std::string>{"10.0.0.11", "10.0.0.21", "10.0.0.22"}));
}

TEST(OntapParse, TransfersThatAreOverAreLeftOutAndStrangeOnesCount) {
  EXPECT_EQ(*parse_snapmirror(data("snapmirror.json")),
            (std::vector<fleet::OntapTransfer>{{"snapmirror svm_cvoprod:vol1", "transferring"},
                                               {"snapmirror svm_cvoprod:vol4", "teleporting"}}));
}

TEST(OntapParse, VolumeMovesThatAreOverAreLeftOut) {
  EXPECT_EQ(*parse_volume_moves(data("volumes_moving.json")),
            (std::vector<fleet::OntapTransfer>{
                {"volume move svm_cvoprod:vol2 to aggr2", "cutover_wait"}}));
}

TEST(OntapParse, UpdateIsToldWhileItRunsOrHasFailed) {
  EXPECT_EQ(*parse_software(data("software_none.json")), "");
  EXPECT_EQ(*parse_software(data("software_running.json")), "in_progress (9.14.1)");
  EXPECT_EQ(*parse_software(R"({"state":"completed","pending_version":"9.14.1"})"), "");
  EXPECT_EQ(*parse_software(R"({"state":"failed"})"), "failed");
  EXPECT_EQ(*parse_software(R"({"pending_version":"9.14.1"})"), "pending (9.14.1)");
  EXPECT_EQ(parse_software("[]").error().code, ErrorCode::kGarbage);
}

TEST(OntapParse, NextPageIsAPathBelowTheApi) {
  EXPECT_EQ(**next_page(data("aggregates_page1.json")),
            "/api/storage/aggregates?start.uuid=a-2&fields=name%2Cstate&max_records=2");
  EXPECT_EQ(*next_page(data("aggregates_page2.json")), std::nullopt);
  for (const auto* href : {"https://evil.example/api/x", "//evil.example/", "", "/api/x y"}) {
    const auto body = std::string(R"({"_links":{"next":{"href":")") + href + "\"}}}";
    EXPECT_EQ(next_page(body).error().code, ErrorCode::kGarbage) << href;
  }
}

}  // namespace
}  // namespace v2only::netapp
