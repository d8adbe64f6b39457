#include "aws/xml.h"

namespace v2only::aws {

Unexpected<Error> garbage_in(const std::string& action, const std::string& what) {
  return fail(ErrorCode::kGarbage, "the answer makes no sense: " + what, action,
              "check that the endpoint URL leads to AWS's API");
}

Result<pugi::xml_node> answer_root(pugi::xml_document& document, std::string_view xml,
                                   const std::string& action) {
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
