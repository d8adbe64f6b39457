#include "aws/session.h"

#include <algorithm>
#include <array>

#include "aws/credentials.h"
#include "aws/endpoints.h"
#include "aws/profile.h"
#include "core/text.h"
#include "net/url.h"

namespace v2only::aws {
namespace {

struct Profile {
  std::string name;
  bool is_explicit = false;  // --profile
};

std::optional<std::string> value_of(const IniKeys& keys, const std::string& key) {
  const auto found = keys.find(key);
  if (found == keys.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<Profile> choose_profile(const SessionInput& input, const SharedFiles& files) {
  auto named = input.profile;
  for (const auto* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (!named) named = variable(input, name);
  }
  if (!named) return Profile{"default", false};
  if (!files.has_profile(*named)) {
    const auto known = files.profiles();
    return fail(ErrorCode::kUsage, "unknown profile '" + one_line(*named, 60) + "'",
                files.config_path(),
                known.empty() ? "there are no profiles yet; make one with: aws configure"
                              : "known profiles: " + join(known, ", "));
  }
  return Profile{*named, input.profile.has_value()};
}

struct Sourced {
  std::string from;  // "--region", "AWS_REGION", "profile prod"
  std::string value;
};

std::optional<Sourced> choose_region(const SessionInput& input, const IniKeys& keys,
                                     const std::string& profile) {
  if (input.region) return Sourced{"--region", *input.region};
  for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = variable(input, name)) return Sourced{name, *region};
  }
  if (auto region = value_of(keys, "region")) return Sourced{"profile " + profile, *region};
  return std::nullopt;
}

// Flag, then environment, then profile, as for every switch of the CLI.
bool is_on(const SessionInput& input, std::string_view name, const IniKeys& profile,
           const std::string& key) {
  const auto text = variable(input, name);
  return equals_ignoring_case(text ? *text : value_of(profile, key).value_or(""), "true");
}

Result<std::string> checked(const Sourced& given) {
  const auto url = net::parse_url(given.value);
  if (!url) return fail(ErrorCode::kUsage, url.error().what, given.from, url.error().hint);
  if (!url->query.empty() || given.value.find_first_of("?#") != std::string::npos) {
    return fail(ErrorCode::kUsage, "an endpoint URL must not hold a ? or a #", given.from,
                "write it as https://HOST or http://HOST:PORT");
  }
  auto text = given.value;
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// Where endpoint URLs may stand, the stronger first (facts: endpoint URL order).
class EndpointSources {
 public:
  EndpointSources(const SessionInput& input, const SharedFiles& files, const IniKeys& keys,
                  const std::string& profile)
      : input_(input), files_(files), keys_(keys), profile_(profile) {}

  Result<void> put_into(Session& session) const {
    if (input_.endpoint_url) {
      V2_TRY(session.endpoint_url, checked({"--endpoint-url", *input_.endpoint_url}));
      return {};
    }
    if (is_on(input_, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", keys_,
              "ignore_configured_endpoint_urls")) {
      return {};
    }
    V2_TRY(const auto* services, services_section());
    if (const auto all = for_all()) {
      V2_TRY(session.endpoint_url, checked(*all));
    }
    for (const auto service : kServices) {
      if (const auto one = for_service(service, services)) {
        V2_TRY(session.service_endpoint_urls[service], checked(*one));
      }
    }
    return {};
  }

 private:
  Result<const IniSection*> services_section() const {
    const auto name = value_of(keys_, "services");
    if (!name) return static_cast<const IniSection*>(nullptr);
    const auto* section = files_.services(*name);
    if (section == nullptr) {
      return fail(ErrorCode::kUsage,
                  "profile " + profile_ + " names a section [services " + one_line(*name, 60) +
                      "] that is not there",
                  files_.config_path(), "add it, or take out the line services = …");
    }
    return section;
  }

  std::optional<Sourced> for_all() const {
    if (auto url = variable(input_, "AWS_ENDPOINT_URL")) return Sourced{"AWS_ENDPOINT_URL", *url};
    if (auto url = value_of(keys_, "endpoint_url")) return Sourced{"profile " + profile_, *url};
    return std::nullopt;
  }

  // Only what wins over for_all(): AWS_ENDPOINT_URL is stronger than a services section.
  std::optional<Sourced> for_service(Service service, const IniSection* services) const {
    const auto name = "AWS_ENDPOINT_URL_" + std::string(config_name(service));
    if (auto url = variable(input_, name)) return Sourced{name, *url};
    if (services == nullptr || variable(input_, "AWS_ENDPOINT_URL")) return std::nullopt;
    const auto key = to_lower(config_name(service));
    const auto found = services->nested.find(key);
    if (found == services->nested.end()) return std::nullopt;
    auto url = value_of(found->second, "endpoint_url");
    if (!url) return std::nullopt;
    return Sourced{"section services, " + key, *url};
  }

  const SessionInput& input_;
  const SharedFiles& files_;
  const IniKeys& keys_;
  const std::string& profile_;
};

bool is_host_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

std::string Session::endpoint(Service service, const RegionName& where) const {
  if (const auto found = service_endpoint_urls.find(service);
      found != service_endpoint_urls.end()) {
    return found->second;
  }
  if (endpoint_url) return *endpoint_url;
  return "https://" + host_of(service, where.str(), {use_fips, use_dualstack});
}

bool Session::is_aws(Service service) const {
  if (const auto found = service_endpoint_urls.find(service);
      found != service_endpoint_urls.end()) {
    return is_aws_host(found->second);
  }
  return !endpoint_url || is_aws_host(*endpoint_url);
}

Result<void> Session::check_region(const RegionName& where) const {
  const bool known = partition_of(where).has_value();
  if (known || (!is_aws(Service::kEc2) && is_host_label(where.str()))) return {};
  return fail(ErrorCode::kUsage, "unknown region '" + one_line(where.str(), 40) + "'", {},
              "regions are named like eu-west-1");
}

Result<Session> load_session(const SessionInput& input) {
  V2_TRY(const auto files, SharedFiles::load(input));
  V2_TRY(const auto profile, choose_profile(input, files));
  const auto keys = files.merged(profile.name);

  Session session;
  session.profile = profile.name;
  if (auto ends = EndpointSources(input, files, keys, profile.name).put_into(session); !ends) {
    return Unexpected{ends.error()};
  }
  if (const auto region = choose_region(input, keys, profile.name)) {
    session.region = RegionName(region->value);
    if (const auto known = session.check_region(*session.region); !known) {
      return fail(ErrorCode::kUsage, known.error().what, region->from, known.error().hint);
    }
  }
  session.ca_bundle = input.ca_bundle.value_or(
      variable(input, "AWS_CA_BUNDLE").value_or(value_of(keys, "ca_bundle").value_or("")));
  session.use_fips = is_on(input, "AWS_USE_FIPS_ENDPOINT", keys, "use_fips_endpoint");
  session.use_dualstack =
      is_on(input, "AWS_USE_DUALSTACK_ENDPOINT", keys, "use_dualstack_endpoint");
  V2_TRY(session.credentials, find_credentials(input, files, profile.name, profile.is_explicit));
  return session;
}

}  // namespace v2only::aws
