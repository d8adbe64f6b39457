#include "aws/sts.h"

#include "aws/xml.h"

namespace v2only::aws {

ApiCall get_caller_identity(const RegionName& region) {
  ApiCall call;
  call.service = Service::kSts;
  call.region = region;
  call.action = "GetCallerIdentity";
  return call;
}

Result<CallerIdentity> parse_caller_identity(std::string_view xml) {
  const std::string action = "GetCallerIdentity";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  const auto result = root.child("GetCallerIdentityResult");
  CallerIdentity identity{AccountId(text_of(result, "Account")), text_of(result, "Arn")};
  if (!is_account_id(identity.account.str())) return garbage_in(action, "no account id");
  return identity;
}

}  // namespace v2only::aws
