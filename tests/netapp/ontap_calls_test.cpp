#include "netapp/ontap_calls.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using testing::kSystem;

std::string line(const OntapCall& call) {
  return call.method + " " + target_of(call.path, call.query) + " " + call.body;
}

TEST(OntapCalls, ActionsAreThoseOfTheFacts) {
  EXPECT_EQ(line(shut_down_node(kSystem, "u-1", "IMDSv2: run r-1")),
            "PATCH /api/cluster/nodes/u-1?action=shutdown&shutdown_reboot_reason="
            "IMDSv2:%20run%20r-1 {}");
  EXPECT_EQ(line(reboot_node(kSystem, "u-1", "x")),
            "PATCH /api/cluster/nodes/u-1?action=reboot&shutdown_reboot_reason=x {}");
  EXPECT_EQ(line(take_over_by_cli(kSystem, "n2")),
            R"(POST /api/private/cli/storage/failover/takeover {"ofnode":"n2"})");
}

TEST(OntapCalls, OnlyTheSingleNodesShutdownAllowsAnOutage) {
  const auto allows = [](const OntapCall& call) {
    return line(call).find("allow_data_outage=true") != std::string::npos;
  };
  EXPECT_TRUE(allows(shut_down_single_node(kSystem, "u", "x")));
  for (const auto& call : {shut_down_node(kSystem, "u", "x"), reboot_node(kSystem, "u", "x"),
                           take_over_by_cli(kSystem, "n")}) {
    EXPECT_FALSE(allows(call)) << line(call);
  }
}

TEST(OntapCalls, IdInAPathCannotLeaveIt) {
  EXPECT_EQ(shut_down_node(kSystem, "../x?action=y", "r").path,
            "/api/cluster/nodes/..%2Fx%3Faction%3Dy");
  EXPECT_EQ(get_job(kSystem, "a/b").path, "/api/cluster/jobs/a%2Fb");
}

TEST(OntapCalls, ReasonCannotAddAParameter) {
  EXPECT_EQ(line(reboot_node(kSystem, "u", "x&override=1")),
            "PATCH /api/cluster/nodes/u?action=reboot&shutdown_reboot_reason=x%26override%3D1 {}");
}

TEST(OntapCalls, MaintenanceIsToldForOneNodeWithinOneTo72Hours) {
  EXPECT_EQ(
      line(begin_maintenance(kSystem, "n1", 4)),
      R"(POST /api/support/autosupport/messages {"message":"MAINT=4h","type":"all","node":{"name":"n1"}})");
  EXPECT_NE(begin_maintenance(kSystem, "n1", 100).body.find("MAINT=72h"), std::string::npos);
  EXPECT_NE(begin_maintenance(kSystem, "n1", 0).body.find("MAINT=1h"), std::string::npos);
  EXPECT_NE(end_maintenance(kSystem, "n1").body.find("MAINT=end"), std::string::npos);
}

TEST(OntapCalls, ReadsAreReads) {
  for (const auto& call :
       {get_cluster(kSystem), get_nodes(kSystem), get_failover(kSystem), get_aggregates(kSystem),
        get_cloud_stores(kSystem, "a"), get_lifs(kSystem), get_snapmirror(kSystem),
        get_volume_moves(kSystem), get_software(kSystem), get_job(kSystem, "j")}) {
    EXPECT_FALSE(call.is_write());
    EXPECT_TRUE(call.path.starts_with("/api/"));
    EXPECT_EQ(call.query.at(0).first, "fields");
    EXPECT_EQ(call.system, kSystem);
  }
}

}  // namespace
}  // namespace v2only::netapp
