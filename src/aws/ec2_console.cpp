#include "aws/ec2_console.h"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "aws/ec2_call.h"
#include "aws/xml.h"
#include "core/printable.h"

namespace v2only::aws {
namespace {

const std::string kAction = "GetConsoleOutput";

// Base64 in full groups of four; line ends and blanks between them are passed over.
std::optional<std::string> from_base64(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }),
             text.end());
  if (text.empty()) return std::string();
  const auto padded = text.find('=');  // OpenSSL takes padding anywhere
  if (text.size() % 4 != 0 || std::min(padded, text.size()) < text.size() - 2) return std::nullopt;
  std::vector<unsigned char> in(text.begin(), text.end());
  std::vector<unsigned char> out(in.size() / 4 * 3 + 3);
  const int size = EVP_DecodeBlock(out.data(), in.data(), static_cast<int>(in.size()));
  if (size < 0) return std::nullopt;
  const auto padding =
      std::count(text.end() - 2, text.end(), '=');  // which OpenSSL counts as bytes
  return std::string(out.begin(), out.begin() + size - padding);
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
  const auto text = from_base64(text_of(root, "output"));
  if (!text) return garbage_in(kAction, "output that is not base64");
  out.text = valid_utf8(*text);
  return out;
}

}  // namespace v2only::aws
