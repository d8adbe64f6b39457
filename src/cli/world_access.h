// The way from a command line to AWS: session, transport and caller, put together once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/caller.h"
#include "cli/app.h"
#include "core/ids.h"
#include "fleet/policy.h"
#include "net/curl_transport.h"
#include "net/shared_transport.h"

namespace v2only::cli {

// The session that flags, environment and profile come to.
Result<aws::Session> session_of(const App& app, const Invocation& invocation);
// "aws", or the EC2 endpoint's URL: what a plan is bound to.
std::string plan_endpoint(const aws::Session& session);

// "v2only/0.1.0 run/r-…": so that a log of the other side tells whose call it was.
std::string user_agent_of(const RunId& run);

class WorldAccess {
 public:
  // `run`: goes into the User-Agent, so that CloudTrail tells whose call it was; may be empty.
  static Result<std::unique_ptr<WorldAccess>> open(const App& app, const Invocation& invocation,
                                                   const fleet::CallPolicy& policy,
                                                   const RunId& run);

  aws::Caller& caller() { return *caller_; }
  // What a signal wakes: all that waits for anything.
  net::Transport& transport() { return *transport_; }
  // For other clients beside the caller, each on a branch of its own.
  net::SharedTransport& shared() { return *shared_; }
  const aws::Session& session() const { return caller_->session(); }
  bool on_aws() const { return session().is_aws(aws::Service::kEc2); }
  bool table_rates() const { return table_rates_; }
  std::string endpoint() const { return plan_endpoint(session()); }

 private:
  WorldAccess() = default;
  std::unique_ptr<net::CurlTransport> transport_;
  std::unique_ptr<net::SharedTransport> shared_;
  std::unique_ptr<aws::Caller> caller_;
  bool table_rates_ = true;
};

// The regions that the command line, the environment and the profile come to; an error when none.
Result<std::vector<RegionName>> regions_of(const Invocation& invocation,
                                           const aws::Session& session);

}  // namespace v2only::cli
