#include "aws/xml.h"

#include <algorithm>

#include "core/printable.h"

namespace v2only::aws {

Unexpected<Error> garbage_in(const std::string& action, const std::string& what) {
  return fail(ErrorCode::kGarbage, "the answer makes no sense: " + what, action,
              "check that the endpoint URL leads to AWS's API");
}

// Bytes that are no UTF-8 would make every JSON unreadable that they come into: here is the border.
Result<pugi::xml_node> answer_root(pugi::xml_document& document, std::string_view xml,
                                   const std::string& action) {
  const bool ascii = std::all_of(xml.begin(), xml.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
  std::string cleaned;
  if (!ascii) {
    cleaned = valid_utf8(xml);
    xml = cleaned;
  }
  const auto parsed = document.load_buffer(
      xml.data(), xml.size(),
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    return garbage_in(
        action, std::string(parsed.description()) + " at byte " + std::to_string(parsed.offset));
  }
  const auto root = document.child((action + "Response").c_str());
  if (!root) return garbage_in(action, "no <" + action + "Response> in it");
  return root;
}

}  // namespace v2only::aws
