#include "config/console_fact.h"

#include "config/address.h"
#include "config/map_reader.h"
#include "config/secret_field.h"

namespace v2only::config {
namespace {

using fleet::ConsoleAccess;

// The URL at `key`. An agent in restricted mode speaks plain http; to the Console go secrets, and
// those only over https, or to a simulator on this machine.
std::string url_of(MapReader& reader, std::string_view key, bool plain_http) {
  const auto* node = reader.member(key);
  const auto text = reader.text(key);
  if (node == nullptr || !text) return {};
  const auto url = base_url(*text, plain_http || is_loopback(*text));
  if (url) return *url;
  reader.fail(*node, std::string(key) + " " + url.error().what);
  return {};
}

void check(MapReader& reader, const ConsoleAccess& access) {
  const bool service = access.client_id || access.client_secret;
  if (!access.agent.empty() && (!access.endpoint.empty() || !access.account.empty())) {
    reader.fail_here("console names either endpoint: and account:, or agent: (restricted mode)");
  }
  if (access.refresh_token && service) {
    reader.fail_here(
        "console logs in either by refresh_token: or by client_id: and client_secret:");
  }
  if (access.client_id.has_value() != access.client_secret.has_value()) {
    reader.fail_here("client_id: and client_secret: belong together");
  }
  if (!access.agent.empty()) return;
  if (access.endpoint.empty()) {
    reader.fail_here("console needs endpoint: (https://api.bluexp.netapp.com), or agent:");
  }
  if (access.account.empty()) reader.fail_here("console needs account:");
  if (!access.refresh_token && !service) {
    reader.fail_here("console needs client_id: and client_secret:, or refresh_token:, by name");
  }
}

}  // namespace

Result<ConsoleAccess> read_console(const YamlNode& node, const std::string& path,
                                   Commands commands) {
  MapReader reader(node, path);
  ConsoleAccess out;
  out.endpoint = url_of(reader, "endpoint", /*plain_http=*/false);
  out.account = reader.text("account").value_or("");
  out.agent = url_of(reader, "agent", /*plain_http=*/true);
  out.client_id = secret_of(reader, "client_id", commands);
  out.client_secret = secret_of(reader, "client_secret", commands);
  out.refresh_token = secret_of(reader, "refresh_token", commands);
  out.where = reader.where();
  // First, since a slip in a key explains what is missing.
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  check(reader, out);
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return out;
}

}  // namespace v2only::config
