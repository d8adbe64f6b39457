#include "netapp/ontap_look.h"

#include <gtest/gtest.h>

#include "netapp/ontap_calls.h"
#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// A pair on 9.13.1 that answers by path.
Result pair_answer(const net::Request& request) {
  static const std::map<std::string, std::string> kFiles = {
      {"/api/cluster", "cluster_9.13.1.json"},
      {"/api/cluster/nodes", "nodes_9.13.1.json"},
      {"/api/private/cli/storage/failover", "failover_9.12.1.json"},
      {"/api/storage/aggregates", "aggregates_page1.json"},
      {"/api/storage/aggregates/a-1/cloud-stores", "cloud_stores.json"},
      {"/api/storage/aggregates/a-2/cloud-stores", "cloud_stores_none.json"},
      {"/api/storage/aggregates/a-3/cloud-stores", "cloud_stores_none.json"},
      {"/api/network/ip/interfaces", "interfaces_9.13.1.json"},
      {"/api/snapmirror/relationships", "snapmirror.json"},
      {"/api/storage/volumes", "volumes_moving.json"},
      {"/api/cluster/software", "software_none.json"}};
  const auto path = path_of(request);
  if (path.find("start.uuid=a-2") != std::string::npos) {
    return json_answer(200, data("aggregates_page2.json"));
  }
  return json_answer(200, data(kFiles.at(path.substr(0, path.find('?')))));
}

class OntapLookTest : public ::testing::Test {
 protected:
  OntapLookTest() {
    caller.know(target());
    transport.answer_by = pair_answer;
  }

  // Answers `path` in its own way, everything else as the pair does.
  void answer_at(const std::string& path, const Result& result) {
    transport.answer_by = [path, result](const net::Request& request) {
      const auto asked = path_of(request);
      return asked.substr(0, asked.find('?')) == path ? result : pair_answer(request);
    };
  }

  void add(const std::vector<OntapLook::Asked>& asked) {
    for (const auto& one : asked) numbers.emplace(caller.submit(one.call), one.number);
  }
  fleet::OntapReading look(OntapParts parts = {}, OntapPlace place = {}) {
    OntapLook one(kSystem, parts, std::move(place), clock.now());
    add(one.begin());
    while (!one.finished()) {
      for (const auto& reply : caller.wait(clock.now().mono + 1h)) {
        add(one.take(numbers.at(reply.id), reply));
      }
    }
    login_refused = one.login_refused();
    return one.reading();
  }

  ManualClock clock;
  ScriptedTransport transport{clock};
  OntapCaller caller{transport, clock, Random(7)};
  std::map<CallId, std::size_t> numbers;
  bool login_refused = false;
};

TEST_F(OntapLookTest, WholeLookReadsEveryPart) {
  const auto asked_at = clock.now();
  const auto reading = look();
  EXPECT_EQ(reading.asked_at, asked_at);
  EXPECT_EQ(reading.endpoint, kFirst);
  EXPECT_EQ(reading.cluster, "cvoprod");
  EXPECT_EQ(reading.cluster_uuid, "0f5b1c7e-7a11-11ee-9f0a-0aa1b2c3d400");
  EXPECT_EQ(reading.nodes->size(), 2U);
  EXPECT_EQ(reading.failover->size(), 2U);
  EXPECT_EQ(reading.lifs->size(), 9U);
  EXPECT_EQ(reading.transfers->size(), 2U);
  EXPECT_EQ(reading.moves->size(), 1U);
  EXPECT_EQ(reading.update, "");
  EXPECT_TRUE(reading.errors.empty());
  EXPECT_EQ(reading.find("cvoprod-02")->management_addresses,
            std::vector<std::string>{"10.0.0.22"});
}

TEST_F(OntapLookTest, EveryPageIsReadAndTheStoresOfEveryAggregateToo) {
  const auto reading = look();
  ASSERT_EQ(reading.aggregates->size(), 3U);
  EXPECT_EQ(reading.aggregates->at(2).name, "aggr3");
  ASSERT_EQ(reading.cloud_stores->size(), 1U);
  EXPECT_EQ(reading.cloud_stores->front().aggregate, "aggr1");
}

TEST_F(OntapLookTest, WhatIsNotAskedForIsAbsentAndNotCalled) {
  const auto reading = look(OntapParts::nodes_only());
  EXPECT_TRUE(reading.nodes);
  EXPECT_FALSE(reading.failover || reading.aggregates || reading.lifs || reading.cloud_stores ||
               reading.transfers || reading.moves || reading.update);
  EXPECT_EQ(transport.sent.size(), 2U);
}

TEST_F(OntapLookTest, PlaceHoldsForEveryCallPagesIncluded) {
  OntapPlace place;
  place.only = kSecond;
  look({}, place);
  for (const auto& sent : transport.sent) EXPECT_EQ(host_of(sent.request), kSecond);
}

TEST_F(OntapLookTest, ClusterThatDoesNotKnowThePrivateCliLacksThatPartOnly) {
  answer_at("/api/private/cli/storage/failover", json_answer(404, data("failover_not_known.json")));
  const auto reading = look();
  EXPECT_FALSE(reading.failover);
  EXPECT_TRUE(reading.nodes);
  ASSERT_EQ(reading.errors.size(), 1U);
  EXPECT_NE(reading.errors[0].find("GET /api/private/cli/storage/failover refused: 3: API not"),
            std::string::npos)
      << reading.errors[0];
}

TEST_F(OntapLookTest, HalfOfThePagesIsNoReading) {
  transport.answer_by = [](const net::Request& request) -> Result {
    if (path_of(request).find("start.uuid") != std::string::npos) {
      return ontap_error(404, "4", "gone");
    }
    return pair_answer(request);
  };
  const auto reading = look();
  EXPECT_FALSE(reading.aggregates);
  EXPECT_FALSE(reading.cloud_stores);  // of aggregates that nobody knows
  EXPECT_FALSE(reading.errors.empty());
}

TEST_F(OntapLookTest, StoresOfOneAggregateThatCannotBeReadMakeThemAllUnread) {
  answer_at("/api/storage/aggregates/a-2/cloud-stores", ontap_error(403, "6", "not authorized"));
  const auto reading = look();
  EXPECT_TRUE(reading.aggregates);
  EXPECT_FALSE(reading.cloud_stores);
}

TEST_F(OntapLookTest, ClusterWithoutAggregatesHasNoStores) {
  answer_at("/api/storage/aggregates", json_answer(200, R"({"num_records":0})"));
  EXPECT_EQ(look().cloud_stores, std::vector<fleet::OntapCloudStore>{});
}

TEST_F(OntapLookTest, ListWithoutEndIsNotFollowedForEver) {
  answer_at(
      "/api/cluster/nodes",
      json_answer(200, R"({"records":[],"_links":{"next":{"href":"/api/cluster/nodes?x"}}})"));
  const auto reading = look(OntapParts::nodes_only());
  EXPECT_FALSE(reading.nodes);
  EXPECT_EQ(reading.errors.at(0), "/api/cluster/nodes?x: the list has no end");
}

TEST_F(OntapLookTest, RefusedLoginIsToldOnceForAllParts) {
  transport.answer_by = [](const net::Request&) { return ontap_error(401, "1", "no"); };
  const auto reading = look();
  EXPECT_TRUE(login_refused);
  EXPECT_EQ(reading.errors.size(), 1U);
  EXPECT_FALSE(reading.nodes);
  EXPECT_EQ(reading.cluster, "");
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapLookTest, NodeThatNamesNoManagementAddressGetsItFromTheLifs) {
  answer_at("/api/cluster/nodes", json_answer(200, R"({"records":[{"name":"cvoprod-02"}]})"));
  EXPECT_EQ(look().nodes->at(0).management_addresses, std::vector<std::string>{"10.0.0.22"});
}

TEST_F(OntapLookTest, AnswerOfAnotherShapeLeavesItsPartAbsent) {
  answer_at("/api/cluster/software", json_answer(200, R"({"records":[]})"));
  answer_at("/api/network/ip/interfaces", json_answer(200, R"({"count":1})"));
  const auto reading = look();
  EXPECT_FALSE(reading.lifs);
  ASSERT_EQ(reading.errors.size(), 1U);
  EXPECT_NE(reading.errors[0].find("the answer holds no records"), std::string::npos);
}

}  // namespace
}  // namespace v2only::netapp
