// The v1-use question for some instances of one region, as calls and answers: 500 instances a call,
// every page followed. No waiting in here: whoever drives a Caller drives this along.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/caller.h"
#include "aws/cloudwatch.h"
#include "core/ids.h"
#include "fleet/instance.h"

namespace v2only::drivers {

class V1Query {
 public:
  V1Query(RegionName region, std::vector<InstanceId> instances, WallTime now, Duration look_back);

  // The calls to be made now, each with a number that take() wants back.
  struct Asked {
    std::size_t batch = 0;
    aws::ApiCall call;
  };
  std::vector<Asked> begin() const;
  // An answer; more calls where the answer has another page.
  std::vector<Asked> take(std::size_t batch, const aws::ApiCall& call, const aws::ApiReply& reply);
  bool finished() const { return open_ == 0; }

  std::map<InstanceId, fleet::V1Reading> readings() const;
  // Why not everything could be read; empty when it could.
  const std::string& error() const { return error_; }

 private:
  Asked ask(std::size_t batch, std::string_view next_token) const;
  const std::vector<InstanceId>& batch_of(std::size_t batch) const { return batches_[batch]; }
  void failed(std::size_t batch, std::string why);

  RegionName region_;
  aws::MetricWindow window_;
  std::vector<std::vector<InstanceId>> batches_;
  std::map<InstanceId, fleet::V1Reading> readings_;
  std::size_t open_ = 0;
  std::string error_;
};

}  // namespace v2only::drivers
