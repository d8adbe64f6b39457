#include "config/secret_source.h"

#include <algorithm>
#include <set>

#include "config/file.h"
#include "config/shell.h"
#include "core/text.h"

namespace v2only::config {
namespace {

using fleet::SecretName;

constexpr std::size_t kLargestFile = 64U << 10U;

std::vector<SecretName> secrets_of(const fleet::Facts& facts) {
  std::vector<SecretName> out;
  for (const auto& [id, system] : facts.systems) {
    if (system.ontap) out.push_back(system.ontap->password);
  }
  if (!facts.console) return out;
  for (const auto& name :
       {facts.console->client_id, facts.console->client_secret, facts.console->refresh_token}) {
    if (name) out.push_back(*name);
  }
  return out;
}

Result<Secret> from_variable(const std::string& name, const Environment& environment) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) {
    return fail(ErrorCode::kUsage, "the variable is not set", "env:" + one_line(name, 80),
                "set it in this shell (export), or name another secret in the facts file");
  }
  return Secret(found->second);
}

Result<Secret> from_file(const std::string& path) {
  auto text = read_file(path, kLargestFile);
  if (!text) {
    auto error = text.error();
    error.on = "file:" + path;
    return Unexpected{std::move(error)};
  }
  const Secret whole(*std::move(text));
  Secret line(whole.reveal().substr(0, whole.reveal().find_first_of("\r\n")));
  if (line.empty()) {
    return fail(ErrorCode::kUsage, "its first line is empty", "file:" + path,
                "put the secret there, alone on the first line");
  }
  return line;
}

Result<Secret> from_command(const std::string& line, const Environment& environment,
                            Duration limit) {
  constexpr std::string_view kOn = "command:…";
  auto found = first_line_of(line, environment, limit);
  if (!found) {
    auto error = found.error();
    error.on = kOn;
    return Unexpected{std::move(error)};
  }
  if (found->empty()) {
    return fail(ErrorCode::kUsage, "the first line that it printed is empty", std::string(kOn));
  }
  return *std::move(found);
}

}  // namespace

Result<Secret> read_secret(const SecretName& name, const Environment& environment,
                           const fleet::Facts& facts, Duration limit) {
  switch (name.kind) {
    case SecretName::Kind::kEnv:
      return from_variable(name.value, environment);
    case SecretName::Kind::kFile:
      return from_file(name.value);
    case SecretName::Kind::kCommand:
      return from_command(name.value, environment_for_children(environment, facts), limit);
  }
  return fail(ErrorCode::kInternal, "a secret of no kind");
}

bool names_command(const fleet::Facts& facts) {
  const auto names = secrets_of(facts);
  return std::any_of(names.begin(), names.end(),
                     [](const auto& name) { return name.kind == SecretName::Kind::kCommand; });
}

Environment environment_for_children(Environment environment, const fleet::Facts& facts) {
  for (const auto& name : secrets_of(facts)) {
    if (name.kind == SecretName::Kind::kEnv) environment.erase(name.value);
  }
  return environment;
}

std::vector<std::string> secret_warnings(const fleet::Facts& facts) {
  std::set<std::string> paths;
  for (const auto& name : secrets_of(facts)) {
    if (name.kind == SecretName::Kind::kFile) paths.insert(name.value);
  }
  std::vector<std::string> out;
  for (const auto& path : paths) {
    const auto others = others_may_read(path);
    if (!others || !*others) continue;
    out.push_back("file:" + path + ": others may read this secret; expected is a file that only " +
                  "its owner may read: chmod 600 " + shell_quote(path));
  }
  return out;
}

}  // namespace v2only::config
