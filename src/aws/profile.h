// One profile out of the shared config and credentials files. Private to aws/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/session.h"
#include "aws/shared_config.h"
#include "core/result.h"

namespace v2only::aws {

// The environment; a variable that is set to nothing counts as not set.
std::optional<std::string> variable(const SessionInput& input, std::string_view name);

class SharedFiles {
 public:
  // Files that do not exist are empty ones; files that can not be read or parsed are errors.
  static Result<SharedFiles> load(const SessionInput& input);

  bool has_profile(const std::string& name) const;
  std::vector<std::string> profiles() const;  // all names, sorted
  // Both files' keys, the credentials file's over the config file's.
  IniKeys merged(const std::string& profile) const;
  // The keys of one file only; none when the profile is not in it.
  IniKeys in_credentials(const std::string& profile) const;
  IniKeys in_config(const std::string& profile) const;
  // The [services NAME] section of the config file; null when there is none.
  const IniSection* services(const std::string& name) const;

  const std::string& config_path() const { return config_path_; }
  const std::string& credentials_path() const { return credentials_path_; }

 private:
  std::string config_path_;
  std::string credentials_path_;
  IniSections profiles_;  // of the config file
  IniSections services_;
  IniSections credentials_;
};

}  // namespace v2only::aws
