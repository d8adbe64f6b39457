#include "netapp/job.h"

#include "core/json.h"
#include "core/text.h"
#include "netapp/json_access.h"
#include "netapp/ontap_calls.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kWordBytes = 300;

// `error` of the newer versions, else the job's own `code` and `message`.
fleet::OntapFailure failure_in(const json::value& job) {
  fleet::OntapFailure out{text_at(job, "error.code"), text_at(job, "error.message")};
  if (out.code.empty()) out.code = text_at(job, "code");
  if (out.message.empty()) out.message = text_at(job, "message");
  return {one_line(out.code, 40), one_line(out.message, kWordBytes)};
}

}  // namespace

JobWatch::JobWatch(UnitId system, std::string uuid, OntapPlace place)
    : system_(std::move(system)), uuid_(std::move(uuid)), place_(std::move(place)) {}

OntapCall JobWatch::call() const {
  auto call = get_job(system_, uuid_);
  call.place = place_;
  return call;
}

JobState JobWatch::read(const OntapReply& reply) {
  const auto job = parse_json(reply.body, "job");
  const auto state = job ? text_at(*job, "state") : std::string();
  if (state.empty()) {
    said_ = "the answer names no state of the job";
    return JobState::kUnderWay;
  }
  seen_ = true;
  said_ = one_line(text_at(*job, "message"), kWordBytes);
  if (state == "success") return JobState::kSucceeded;
  if (state != "failure") return JobState::kUnderWay;
  failure_ = failure_in(*job);
  return JobState::kFailed;
}

JobState JobWatch::take(const OntapReply& reply) {
  if (reply.fate == Fate::kDone) return read(reply);
  said_ = to_string(reply.why);
  if (reply.http_status == 404) {
    said_ = seen_ ? "ONTAP no longer knows the job, and how it ended"
                  : "ONTAP does not know the job that it named";
    return JobState::kVanished;
  }
  const bool denied =
      reply.login_refused || (reply.fate == Fate::kRefused && reply.http_status != 0);
  return denied ? JobState::kUnreadable : JobState::kUnderWay;
}

}  // namespace v2only::netapp
