#include "cli/plan_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config/file.h"
#include "fleet/plan_json.h"
#include "fleet/planner.h"

namespace v2only::cli {

fleet::Plan plan_from(const Survey& survey, const Invocation& invocation) {
  auto plan = fleet::make_plan({survey.found.inventory,
                                survey.assessments,
                                survey.judging.policy,
                                survey.judging.facts,
                                survey.found.account,
                                {survey.access->endpoint(), invocation.profile},
                                survey.found.regions,
                                survey.now});
  plan.simulated = !survey.access->on_aws();
  return plan;
}

// Written beside and moved into place, so that a full disk leaves no half of a plan.
Result<void> write_plan(const fleet::Plan& plan, const std::string& path) {
  const auto beside = path + ".new";
  std::ofstream file(beside, std::ios::trunc | std::ios::binary);
  file << fleet::plan_text(plan);
  file.close();
  if (!file) {
    const auto why = std::strerror(errno);
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return fail(ErrorCode::kStorage, std::string("the plan cannot be written: ") + why, path,
                "Choose another place with --out.");
  }
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  if (error) {
    return fail(ErrorCode::kStorage, "the plan cannot be written: " + error.message(), path,
                "Choose another place with --out.");
  }
  return {};
}

Result<fleet::Plan> read_plan(const std::string& path) {
  V2_TRY(const auto text, config::read_file(path));
  return fleet::read_plan_text(text, path);
}

}  // namespace v2only::cli
