// The INI dialect of ~/.aws/config and ~/.aws/credentials, as botocore reads it: keys in any case,
// "=" or ":", whole-line comments with # or ;, values that go on over deeper indented lines, and
// nested keys ("ec2 =" with indented "endpoint_url = …" below it).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only::aws {

using IniKeys = std::map<std::string, std::string>;  // key (lower case) -> value

struct IniSection {
  IniKeys values;
  std::map<std::string, IniKeys> nested;  // "ec2" -> {"endpoint_url": …}
};

using IniSections = std::map<std::string, IniSection>;  // by what stands between [ and ]

// `path` names the file in errors ("path:line: …"); no line is repeated there, it may hold a key.
Result<IniSections> parse_ini(std::string_view text, const std::string& path);

// "profile prod" or `profile "prod"` and kind "profile" -> "prod"; empty when it is of another
// kind.
std::string section_name(std::string_view section, std::string_view kind);

}  // namespace v2only::aws
