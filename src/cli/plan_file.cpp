#include "cli/plan_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "config/file.h"
#include "config/secret_source.h"
#include "config/windows.h"
#include "fleet/check_plan.h"
#include "fleet/plan_json.h"
#include "fleet/plan_notes.h"
#include "fleet/planner.h"

namespace v2only::cli {
namespace {

// Everything, and on the disk where there is one; false with errno set.
bool write_all(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return false;
  bool good = true;
  while (good && !text.empty()) {
    const auto written = write(fd, text.data(), text.size());
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    good = written >= 0 || errno == EINTR;
  }
  // A pipe or a terminal cannot be synced, and says EINVAL.
  good = good && (fsync(fd) == 0 || errno == EINVAL || errno == EROFS);
  const int why = errno;
  const bool closed = close(fd) == 0;
  if (!good) errno = why;
  return good && closed;
}

Unexpected<Error> not_written(const std::string& path, const std::string& why) {
  return fail(ErrorCode::kStorage, "the plan cannot be written: " + why, path,
              "Choose another place with --out.");
}

}  // namespace

fleet::Plan plan_from(const Survey& survey, const Invocation& invocation) {
  fleet::PlanInput input{survey.found.inventory, survey.assessments, survey.judging.policy,
                         survey.judging.facts};
  input.account = survey.found.account;
  input.target = {survey.access->endpoint(), invocation.profile};
  input.regions = survey.found.regions;
  input.created = survey.now;
  input.systems = &survey.systems;
  input.changes = &survey.changes;
  if (survey.console) input.console = &*survey.console;
  auto plan = fleet::make_plan(input);
  plan.simulated = !survey.access->on_aws();
  return plan;
}

// Written beside and moved into place, so that a full disk or a lost power leaves no half of a
// plan. What is there and is no file (/dev/stdout, a pipe) is written to as it is.
Result<std::vector<std::string>> notes_of(const fleet::Plan& plan, WallTime from) {
  V2_TRY(const auto calendar, config::expand_windows(plan.policy, from));
  return fleet::notes_on(plan, calendar, from);
}

Result<void> write_plan(const fleet::Plan& plan, const std::string& path) {
  const auto text = fleet::plan_text(plan);
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  const bool is_file =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  const auto target = is_file ? path + ".new" : path;
  if (!write_all(target, text)) {
    const int why = errno;
    if (is_file) std::filesystem::remove(target, error);
    return not_written(path, std::strerror(why));
  }
  if (!is_file) return {};
  std::filesystem::rename(target, path, error);
  if (error) return not_written(path, error.message());
  return {};
}

Result<fleet::Plan> read_plan(const std::string& path, PlanUse use) {
  V2_TRY(const auto file, config::read_file_of(path));
  V2_TRY(auto plan, fleet::read_plan_text(file.text, path));
  if (auto ok = fleet::check_plan(plan); !ok) {
    auto error = std::move(ok).error();
    error.on = error.on.empty() ? path : path + ", " + error.on;
    return Unexpected{std::move(error)};
  }
  if (use == PlanUse::kApply && !file.only_ours && config::names_command(plan.facts)) {
    return fail(ErrorCode::kDenied,
                "the plan takes a secret from a command, and somebody else may write the file",
                path, "chown it to yourself and chmod 600, or name the secret by env: or file:");
  }
  return plan;
}

}  // namespace v2only::cli
