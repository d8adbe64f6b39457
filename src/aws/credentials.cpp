#include "aws/credentials.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/text.h"

namespace v2only::aws {
namespace {

using Found = Result<std::optional<Credentials>>;

std::optional<std::string> value_of(const IniKeys& keys, const std::string& key) {
  const auto found = keys.find(key);
  if (found == keys.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Unexpected<Error> half_a_pair(const std::string& missing, const std::string& there,
                              std::string on) {
  return fail(ErrorCode::kUsage, there + " is set and " + missing + " is not", std::move(on),
              "set both, or neither");
}

Unexpected<Error> unsupported(const std::string& source, const std::string& profile) {
  return fail(
      ErrorCode::kUsage, source + " is not supported by this version yet", "profile " + profile,
      "use: aws configure export-credentials --profile " + shell_quote(profile) + " --format env");
}

Credentials credentials(std::string id, std::string secret, std::optional<std::string> token,
                        std::string source) {
  Credentials out;
  out.access_key_id = std::move(id);
  out.secret_access_key = Secret(std::move(secret));
  out.session_token = Secret(std::move(token).value_or(""));
  out.source = std::move(source);
  return out;
}

// They go into headers, and none of AWS's own has such a character: it was copied with one.
// `names`: of id, secret and token where they come from.
Found on_one_line(Credentials found, const std::array<std::string, 3>& names) {
  const std::array<const std::string*, 3> values = {
      &found.access_key_id, &found.secret_access_key.reveal(), &found.session_token.reveal()};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool bad = std::any_of(values[i]->begin(), values[i]->end(), [](char c) {
      return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    });
    if (!bad) continue;
    return fail(ErrorCode::kUsage, names[i] + " holds a line break or another control character",
                found.source, "set it again, on one line");
  }
  return std::optional(std::move(found));
}

Found from_environment(const SessionInput& input) {
  const auto id = variable(input, "AWS_ACCESS_KEY_ID");
  const auto secret = variable(input, "AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) return std::optional<Credentials>{};
  if (!secret) return half_a_pair("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "environment");
  if (!id) return half_a_pair("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "environment");
  const std::string token_name =
      variable(input, "AWS_SECURITY_TOKEN") ? "AWS_SECURITY_TOKEN" : "AWS_SESSION_TOKEN";
  return on_one_line(credentials(*id, *secret, variable(input, token_name), "environment"),
                     {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", token_name});
}

Found from_keys(const IniKeys& keys, const std::string& profile, const std::string& path) {
  const auto id = value_of(keys, "aws_access_key_id");
  const auto secret = value_of(keys, "aws_secret_access_key");
  if (!id && !secret) return std::optional<Credentials>{};
  const auto on = "profile " + profile + " (" + path + ")";
  if (!secret) return half_a_pair("aws_secret_access_key", "aws_access_key_id", on);
  if (!id) return half_a_pair("aws_access_key_id", "aws_secret_access_key", on);
  const std::string token_name =
      value_of(keys, "aws_security_token") ? "aws_security_token" : "aws_session_token";
  return on_one_line(credentials(*id, *secret, value_of(keys, token_name), on),
                     {"aws_access_key_id", "aws_secret_access_key", token_name});
}

// Until when a session token is good, as `aws configure export-credentials --format env` tells it.
// The shared files have no place for it, so that it counts for theirs too.
Result<Credentials> with_end(Credentials found, const SessionInput& input) {
  constexpr const char* kVariable = "AWS_CREDENTIAL_EXPIRATION";
  const auto told = variable(input, kVariable);
  if (!told || found.session_token.empty()) return found;
  auto ends = parse_utc(*told);
  if (!ends) {
    return fail(ErrorCode::kUsage, "'" + one_line(*told, 40) + "' is not a time", kVariable,
                "write it like 2026-12-05T01:00:00Z, or unset it");
  }
  found.ends = *ends;
  return found;
}

// What comes before static keys in the CLI's order; empty when the profile asks for none of it.
std::string source_before_keys(const SessionInput& input, const IniKeys& profile,
                               bool explicit_profile) {
  if (value_of(profile, "web_identity_token_file")) return "web_identity_token_file";
  if (value_of(profile, "role_arn")) return "role_arn";
  if (!explicit_profile && variable(input, "AWS_WEB_IDENTITY_TOKEN_FILE")) {
    return "AWS_WEB_IDENTITY_TOKEN_FILE";
  }
  for (const auto* key : {"sso_session", "sso_account_id", "sso_role_name", "sso_start_url"}) {
    if (value_of(profile, key)) return std::string("SSO (") + key + ")";
  }
  return {};
}

std::string source_before_config_keys(const IniKeys& profile) {
  for (const auto* key : {"login_session", "credential_process"}) {
    if (value_of(profile, key)) return key;
  }
  return {};
}

Unexpected<Error> nothing_found(const SessionInput& input, const std::string& profile) {
  for (const auto* name :
       {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
    if (variable(input, name)) return unsupported(name, profile);
  }
  return fail(ErrorCode::kDenied, "no AWS credentials found", "profile " + profile,
              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile that has keys "
              "with --profile");
}

}  // namespace

Result<Credentials> find_credentials(const SessionInput& input, const SharedFiles& files,
                                     const std::string& profile, bool explicit_profile) {
  if (!explicit_profile) {
    V2_TRY(auto found, from_environment(input));
    if (found) return with_end(std::move(*found), input);
  }
  const auto merged = files.merged(profile);
  if (const auto source = source_before_keys(input, merged, explicit_profile); !source.empty()) {
    return unsupported(source, profile);
  }
  V2_TRY(auto shared, from_keys(files.in_credentials(profile), profile, files.credentials_path()));
  if (shared) return with_end(std::move(*shared), input);
  if (const auto source = source_before_config_keys(merged); !source.empty()) {
    return unsupported(source, profile);
  }
  V2_TRY(auto config, from_keys(files.in_config(profile), profile, files.config_path()));
  if (config) return with_end(std::move(*config), input);
  return nothing_found(input, profile);
}

}  // namespace v2only::aws
