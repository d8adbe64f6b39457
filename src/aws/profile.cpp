#include "aws/profile.h"

#include <set>

#include "core/text.h"

namespace v2only::aws {
namespace {

std::string expanded(const std::string& path, const std::string& home) {
  return path.starts_with("~/") ? home + path.substr(1) : path;
}

Result<IniSections> read_ini(const SessionInput& input, const std::string& path) {
  const auto text = input.read_file(expanded(path, input.home));
  if (text) return parse_ini(*text, path);
  if (text.error().code == ErrorCode::kNotFound) return IniSections{};
  return Unexpected{text.error()};
}

IniKeys keys_of(const IniSections& sections, const std::string& name) {
  const auto found = sections.find(name);
  return found == sections.end() ? IniKeys{} : found->second.values;
}

}  // namespace

std::optional<std::string> variable(const SessionInput& input, std::string_view name) {
  const auto found = input.environment.find(std::string(name));
  if (found == input.environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<SharedFiles> SharedFiles::load(const SessionInput& input) {
  SharedFiles files;
  files.config_path_ = variable(input, "AWS_CONFIG_FILE").value_or("~/.aws/config");
  files.credentials_path_ =
      variable(input, "AWS_SHARED_CREDENTIALS_FILE").value_or("~/.aws/credentials");
  V2_TRY(auto config, read_ini(input, files.config_path_));
  V2_TRY(files.credentials_, read_ini(input, files.credentials_path_));
  for (auto& [section, content] : config) {
    if (auto profile = section_name(section, "profile"); !profile.empty()) {
      files.profiles_.insert_or_assign(std::move(profile), std::move(content));
    } else if (auto services = section_name(section, "services"); !services.empty()) {
      files.services_.insert_or_assign(std::move(services), std::move(content));
    } else if (section == "default") {
      files.profiles_.try_emplace(section, std::move(content));
    }
  }
  return files;
}

bool SharedFiles::has_profile(const std::string& name) const {
  return profiles_.contains(name) || credentials_.contains(name);
}

std::vector<std::string> SharedFiles::profiles() const {
  std::set<std::string> names;
  for (const auto& [name, section] : profiles_) names.insert(name);
  for (const auto& [name, section] : credentials_) names.insert(name);
  return {names.begin(), names.end()};
}

IniKeys SharedFiles::in_credentials(const std::string& profile) const {
  return keys_of(credentials_, profile);
}

IniKeys SharedFiles::in_config(const std::string& profile) const {
  return keys_of(profiles_, profile);
}

IniKeys SharedFiles::merged(const std::string& profile) const {
  auto keys = in_credentials(profile);
  keys.merge(in_config(profile));
  return keys;
}

const IniSection* SharedFiles::services(const std::string& name) const {
  const auto found = services_.find(name);
  return found == services_.end() ? nullptr : &found->second;
}

}  // namespace v2only::aws
