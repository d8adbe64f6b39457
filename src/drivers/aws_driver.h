// Carries out the engine's effects with AWS calls, and brings back what came of them as events.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aws/caller.h"
#include "core/clock.h"
#include "drivers/v1_query.h"
#include "engine/effect.h"

namespace v2only::drivers {

// Told of each listing that is over: where, when it was asked for, and what went wrong, if
// anything.
using ListingHeard =
    std::function<void(const RegionName& region, const Now& asked_at, const std::string& error)>;

class AwsDriver {
 public:
  AwsDriver(aws::Caller& caller, const Clock& clock, ListingHeard heard = nullptr)
      : caller_(&caller), clock_(&clock), heard_(std::move(heard)) {}

  // Starts it; nothing blocks. A write whose guarding reading has become too old by its turn (the
  // machine slept, the disk was slow) is not sent and comes back as refused, to be read again.
  void carry_out(const engine::Effect& effect);

  // What has come in by `until`; may be empty.
  std::vector<engine::Event> wait(MonoTime until);

 private:
  struct Listing {
    aws::ApiCall call;
    engine::OptionsRead read;  // what its pages have shown so far
  };
  struct Write {
    engine::EffectId effect = 0;
    aws::ApiCall call;
  };
  struct Metric {
    engine::EffectId effect = 0;
    std::size_t batch = 0;
    aws::ApiCall call;
  };

  void start(const engine::ReadOptions& effect);
  void start(const engine::ModifyOptions& effect);
  void start(const engine::ReadV1Use& effect);
  void submit(engine::EffectId effect, std::vector<V1Query::Asked> calls);

  void listed(Listing listing, const aws::ApiReply& reply);
  void finish(Listing listing);
  static engine::ModifyAnswered written(const Write& write, const aws::ApiReply& reply);
  void metric_came(const Metric& metric, const aws::ApiReply& reply);
  void finish_metrics(engine::EffectId effect);

  aws::Caller* caller_;
  const Clock* clock_;
  ListingHeard heard_;
  std::map<aws::CallId, Listing> listings_;
  std::map<aws::CallId, Write> writes_;
  std::map<aws::CallId, Metric> metrics_;
  std::map<engine::EffectId, V1Query> queries_;
  std::vector<engine::Event> ready_;
};

}  // namespace v2only::drivers
