#include "netapp/task.h"

#include "core/json.h"
#include "core/text.h"
#include "netapp/console_calls.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kWordBytes = 300;

// The task itself, or the only one of a list.
const json::value& task_in(const json::value& answer) {
  const auto* list = answer.if_array();
  return list != nullptr && list->size() == 1 ? list->front() : answer;
}

}  // namespace

TaskWatch::TaskWatch(std::string request_id, std::string agent)
    : request_id_(std::move(request_id)), agent_(std::move(agent)) {}

ConsoleCall TaskWatch::call() const { return get_task(request_id_, agent_); }

JobState TaskWatch::take(const ConsoleReply& reply) {
  if (reply.fate != Fate::kDone) {
    said_ = to_string(reply.why);
    if (reply.http_status == 404) return JobState::kVanished;
    const bool denied = reply.login_refused || reply.http_status == 401 || reply.http_status == 403;
    return denied ? JobState::kUnreadable : JobState::kUnderWay;
  }
  const auto answer = parse_json(reply.body, "task");
  const auto status = answer ? integer_at(task_in(*answer), "status") : std::nullopt;
  said_ = answer ? one_line(text_at(task_in(*answer), "error"), kWordBytes) : std::string();
  if (status == 1) return JobState::kSucceeded;
  if (status == -1) return JobState::kFailed;
  if (status != 0) said_ = "the answer does not tell what the task is at";
  return JobState::kUnderWay;
}

}  // namespace v2only::netapp
