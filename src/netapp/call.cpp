#include "netapp/call.h"

#include "core/percent.h"

namespace v2only::netapp {

std::string target_of(const std::string& path, const Params& query) {
  std::string out = path;
  char separator = out.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : query) {
    out += separator;
    out += name + "=" + percent_encode(value, ",()/:*");
    separator = '&';
  }
  return out;
}

}  // namespace v2only::netapp
