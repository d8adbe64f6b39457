#include "aws/ec2_console.h"

#include <algorithm>
#include <optional>

#include "aws/ec2_call.h"
#include "aws/xml.h"
#include "core/printable.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

const std::string kAction = "GetConsoleOutput";

// Line ends and blanks may stand in the output, and are passed over.
std::optional<std::string> decoded(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }),
             text.end());
  return from_base64(text);
}

}  // namespace

ApiCall get_console_output(const RegionName& region, const InstanceId& instance, bool latest) {
  auto call = ec2_call(region, kAction);
  call.params.emplace_back("InstanceId", instance.str());
  if (latest) call.params.emplace_back("Latest", "true");
  return call;
}

Result<ConsoleOutput> parse_console_output(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kAction));
  ConsoleOutput out;
  out.instance = InstanceId(text_of(root, "instanceId"));
  if (out.instance.empty()) return garbage_in(kAction, "no instance id");
  out.updated = time_in(root, "timestamp");
  const auto text = decoded(text_of(root, "output"));
  if (!text) return garbage_in(kAction, "output that is not base64");
  out.text = valid_utf8(*text);
  return out;
}

}  // namespace v2only::aws
