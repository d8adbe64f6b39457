#include "drivers/aws_driver.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "aws/ec2.h"
#include "aws/errors.h"
#include "engine/planted.h"

namespace v2only::drivers {
namespace {

// Design, invariant 8: options are read again within 60 s before they are written.
constexpr Duration kReadingGuardsFor = std::chrono::seconds(60);

}  // namespace

void AwsDriver::carry_out(const engine::Effect& effect) {
  std::visit([this](const auto& e) { start(e); }, effect);
}

void AwsDriver::start(const engine::ReadOptions& effect) {
  auto call = aws::describe_instances_by_id(effect.region, effect.instances);
  engine::OptionsRead read;
  read.id = effect.id;
  read.asked_at = clock_->now();
  const auto id = caller_->submit(call);
  listings_.emplace(id, Listing{std::move(call), std::move(read)});
}

void AwsDriver::start(const engine::ModifyOptions& effect) {
  auto call = aws::modify_instance_metadata_options(effect.region, effect.instance, effect.send);
  if (!engine::planted(engine::Planted::kTrustOldReading)) {
    call.guard = aws::Guard{effect.read_at, kReadingGuardsFor};
  }
  const auto id = caller_->submit(call);
  writes_.emplace(id, Write{effect.id, std::move(call)});
}

void AwsDriver::start(const engine::ReadV1Use& effect) {
  const auto [found, fresh] = queries_.try_emplace(effect.id, effect.region, effect.instances,
                                                   clock_->now().wall, effect.look_back);
  submit(effect.id, found->second.begin());
  if (found->second.finished()) finish_metrics(effect.id);
}

void AwsDriver::submit(engine::EffectId effect, std::vector<V1Query::Asked> calls) {
  for (auto& asked : calls) {
    const auto id = caller_->submit(asked.call);
    metrics_.emplace(id, Metric{effect, asked.batch, std::move(asked.call)});
  }
}

std::vector<engine::Event> AwsDriver::wait(MonoTime until) {
  if (!ready_.empty()) return events();
  for (const auto& reply : caller_->wait(until)) take(reply);
  return events();
}

bool AwsDriver::take(const aws::ApiReply& reply) {
  if (auto listing = listings_.extract(reply.id)) {
    listed(std::move(listing.mapped()), reply);
  } else if (auto write = writes_.extract(reply.id)) {
    ready_.emplace_back(written(write.mapped(), reply));
  } else if (auto metric = metrics_.extract(reply.id)) {
    metric_came(metric.mapped(), reply);
  } else {
    return false;
  }
  return true;
}

std::vector<engine::Event> AwsDriver::events() { return std::exchange(ready_, {}); }

// A short page says nothing of what is missing from it: the last page ends the listing.
void AwsDriver::listed(Listing listing, const aws::ApiReply& reply) {
  const auto& call = listing.call;
  auto page = reply.fate == aws::Fate::kDone
                  ? aws::parse_instances(reply.body, call.region)
                  : Result<aws::InstancePage>(Unexpected{aws::error_of(call, reply)});
  if (!page) {
    listing.read.error = to_string(page.error());
    listing.read.seen.clear();
    return finish(std::move(listing));
  }
  std::move(page->instances.begin(), page->instances.end(), std::back_inserter(listing.read.seen));
  if (page->next_token.empty()) return finish(std::move(listing));
  std::erase_if(listing.call.params, [](const auto& p) { return p.first == "NextToken"; });
  listing.call.params.emplace_back("NextToken", page->next_token);
  const auto id = caller_->submit(listing.call);
  listings_.emplace(id, std::move(listing));
}

void AwsDriver::finish(Listing listing) {
  const auto& read = listing.read;
  if (heard_) heard_(listing.call.region, read.asked_at, read.error);
  ready_.emplace_back(std::move(listing.read));
}

engine::ModifyAnswered AwsDriver::written(const Write& write, const aws::ApiReply& reply) {
  engine::ModifyAnswered out;
  out.id = write.effect;
  out.request_id = reply.request_id;
  out.code = reply.error.code;
  if (reply.fate == aws::Fate::kRefused && out.code.empty()) out.code = "NoConnection";
  if (reply.fate != aws::Fate::kDone) out.message = to_string(aws::error_of(write.call, reply));
  if (reply.fate == aws::Fate::kUnknown) return out;
  if (reply.fate == aws::Fate::kRefused) {
    out.fate = engine::WriteFate::kRefused;
    out.throttled = aws::is_throttling_code(reply.error.code) || reply.error.http_status == 0;
    out.credentials = aws::is_credential_code(reply.error.code);
    return out;
  }
  const auto parsed = aws::parse_modify(reply.body);
  if (!parsed) {
    out.message = to_string(parsed.error());
    return out;
  }
  out.fate = engine::WriteFate::kDone;
  out.options = parsed->options;
  out.state = parsed->state;
  return out;
}

void AwsDriver::metric_came(const Metric& metric, const aws::ApiReply& reply) {
  auto& query = queries_.at(metric.effect);
  submit(metric.effect, query.take(metric.batch, metric.call, reply));
  if (query.finished()) finish_metrics(metric.effect);
}

void AwsDriver::finish_metrics(engine::EffectId effect) {
  engine::V1UseRead out;
  out.id = effect;
  out.readings = queries_.at(effect).readings();
  queries_.erase(effect);
  ready_.emplace_back(std::move(out));
}

}  // namespace v2only::drivers
