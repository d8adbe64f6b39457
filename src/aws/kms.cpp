#include "aws/kms.h"

#include <boost/json.hpp>

#include "core/json.h"

namespace v2only::aws {
namespace {

const std::string kAction = "DescribeKey";

Unexpected<Error> garbage(const std::string& what) {
  return fail(ErrorCode::kGarbage, "the answer makes no sense: " + what, kAction,
              "check that the endpoint URL leads to AWS's API");
}

}  // namespace

ApiCall describe_key(const RegionName& region, std::string_view key) {
  ApiCall call;
  call.service = Service::kKms;
  call.region = region;
  call.action = kAction;
  call.json = canonical(json::object{{"KeyId", key}});
  call.subject = key;
  return call;
}

Result<KmsKey> parse_key(std::string_view text) {
  V2_TRY(const auto root, parse_json(text, kAction));
  const auto* object = root.if_object();
  const auto* metadata = object == nullptr ? nullptr : object->if_contains("KeyMetadata");
  if (metadata == nullptr) return garbage("no KeyMetadata");
  ObjectReader reader(*metadata, "KeyMetadata");
  KmsKey out{reader.text("KeyId"), reader.text_or("Arn", ""), reader.text("KeyState"),
             reader.text_or("KeyManager", "")};
  if (const auto status = reader.status(); !status) return garbage(status.error().what);
  return out;
}

}  // namespace v2only::aws
