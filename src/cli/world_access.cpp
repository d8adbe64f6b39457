#include "cli/world_access.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/version.h"
#include "config/file.h"
#include "net/url.h"

namespace v2only::cli {
namespace {

aws::SessionInput session_input(const App& app, const Invocation& invocation) {
  aws::SessionInput input;
  if (!invocation.profile.empty()) input.profile = invocation.profile;
  if (!invocation.regions.empty()) input.region = invocation.regions.front();
  if (!invocation.endpoint_url.empty()) input.endpoint_url = invocation.endpoint_url;
  input.environment = app.environment;
  input.home = app.home;
  input.read_file = [](const std::string& path) { return config::read_file(path); };
  return input;
}

bool is_loopback(const std::string& endpoint) {
  const auto url = net::parse_url(endpoint);
  if (!url) return false;
  in_addr address{};
  constexpr unsigned kLoopbackNet = 127;
  return url->host == "localhost" || url->host == "::1" ||
         (inet_pton(AF_INET, url->host.c_str(), &address) == 1 &&
          ntohl(address.s_addr) >> 24 == kLoopbackNet);
}

// A proxy's loopback is another machine's. One transport serves all services, so that one
// loopback endpoint decides for all.
bool any_loopback(const aws::Session& session) {
  const auto region = session.region.value_or(RegionName("us-east-1"));
  return std::any_of(aws::kServices.begin(), aws::kServices.end(), [&](aws::Service service) {
    return is_loopback(session.endpoint(service, region));
  });
}

}  // namespace

Result<aws::Session> session_of(const App& app, const Invocation& invocation) {
  return aws::load_session(session_input(app, invocation));
}

std::string user_agent_of(const RunId& run) {
  return fmt::format("v2only/{}{}", kVersion, run.empty() ? "" : " run/" + run.str());
}

Result<std::unique_ptr<WorldAccess>> WorldAccess::open(const App& app, const Invocation& invocation,
                                                       const fleet::CallPolicy& policy,
                                                       const RunId& run) {
  V2_TRY(auto session, session_of(app, invocation));
  std::unique_ptr<WorldAccess> out(new WorldAccess);
  const bool on_aws = session.is_aws(aws::Service::kEc2);
  out->table_rates_ =
      policy.rates == fleet::Rates::kTable || (policy.rates == fleet::Rates::kAuto && on_aws);
  net::CurlOptions curl;
  curl.ca_bundle = session.ca_bundle;
  curl.max_connections_per_host = 256;
  curl.ignore_environment_proxies = any_loopback(session);
  out->transport_ = std::make_unique<net::CurlTransport>(curl);
  out->shared_ = std::make_unique<net::SharedTransport>(*out->transport_);
  aws::CallerOptions options;
  options.timeout = policy.timeout;
  options.table_rates = out->table_rates_;
  options.user_agent = user_agent_of(run);
  auto random = app.random;
  out->caller_ = std::make_unique<aws::Caller>(out->shared_->branch(), app.clock, random.fork(),
                                               std::move(session), options);
  return out;
}

std::string plan_endpoint(const aws::Session& session) {
  if (session.is_aws(aws::Service::kEc2)) return "aws";
  return session.endpoint(aws::Service::kEc2, session.region.value_or(RegionName("us-east-1")));
}

Result<std::vector<RegionName>> regions_of(const Invocation& invocation,
                                           const aws::Session& session) {
  std::vector<RegionName> out;
  for (const auto& name : invocation.regions) {
    const RegionName region(name);
    if (!aws::partition_of(region)) {
      return fail(ErrorCode::kUsage, "'" + name + "' is not a region", {},
                  "A region is written like eu-west-1.");
    }
    if (std::find(out.begin(), out.end(), region) == out.end()) out.push_back(region);
  }
  if (!out.empty() && invocation.all_regions) {
    return fail(ErrorCode::kUsage, "--region and --all-regions exclude each other");
  }
  if (out.empty() && !invocation.all_regions) {
    if (!session.region) {
      return fail(ErrorCode::kUsage, "no region is given", {},
                  "Give --region or --all-regions, or set AWS_REGION or the profile's region.");
    }
    out.push_back(*session.region);
  }
  return out;
}

}  // namespace v2only::cli
