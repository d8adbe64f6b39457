// Carries out the engine's effects with AWS calls, and brings back what came of them as events.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aws/caller.h"
#include "core/clock.h"
#include "drivers/driver.h"
#include "drivers/v1_query.h"
#include "engine/effect.h"

namespace v2only::drivers {

// Told of each listing that is over: where, when it was asked for, and what went wrong, if
// anything.
using ListingHeard =
    std::function<void(const RegionName& region, const Now& asked_at, const std::string& error)>;

class AwsDriver final : public Driver {
 public:
  AwsDriver(aws::Caller& caller, const Clock& clock, ListingHeard heard = nullptr)
      : caller_(&caller), clock_(&clock), heard_(std::move(heard)) {}

  // Starts it; nothing blocks. A write whose guarding reading has become too old by its turn (the
  // machine slept, the disk was slow) is not sent and comes back as refused, to be read again.
  // Effects on CVO systems are SystemDriver's: a run whose plan has none meets none.
  void carry_out(const engine::Effect& effect) override;
  std::vector<engine::Event> wait(MonoTime until) override;

  // For whoever waits on the caller himself: whether the reply was to a call of this driver, and
  // the events that have come of such.
  bool take(const aws::ApiReply& reply);
  std::vector<engine::Event> events();

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
  template <class Other>
  void start(const Other& /*effect*/) {
    std::abort();
  }
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
