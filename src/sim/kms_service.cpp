#include "sim/kms_service.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/text.h"

namespace v2only::sim {
namespace {

namespace json = boost::json;

std::string id_of(const std::string& arn) {
  const auto slash = arn.rfind('/');
  return slash == std::string::npos ? arn : arn.substr(slash + 1);
}

Result<std::string, ApiFault> read_key(const std::string& body) {
  json::error_code error;
  const auto value = json::parse(body, error);
  if (error || !value.is_object()) {
    return refuse("SerializationException", "The request's body is not a JSON object");
  }
  const auto* key = value.get_object().if_contains("KeyId");
  if (key == nullptr || !key->is_string() || key->get_string().empty()) {
    return refuse("ValidationException",
                  "Value at 'keyId' failed to satisfy constraint: Member "
                  "must not be null");
  }
  return std::string(key->get_string());
}

}  // namespace

Served serve_kms(const WorldSpec& spec, const Call& call) {
  if (call.action != "DescribeKey") {
    return refuse("UnknownOperationException", "The simulator's KMS knows DescribeKey only");
  }
  V2_TRY(const auto asked, read_key(call.json));
  const auto found = std::find_if(spec.kms_keys.begin(), spec.kms_keys.end(), [&](const auto& key) {
    return key.first == asked || id_of(key.first) == asked;
  });
  if (found == spec.kms_keys.end()) {
    return refuse("NotFoundException", "Key '" + one_line(asked) + "' does not exist");
  }
  const auto& [arn, state] = *found;
  return json::serialize(json::object{{"KeyMetadata",
                                       {{"AWSAccountId", spec.account.str()},
                                        {"KeyId", id_of(arn)},
                                        {"Arn", arn},
                                        {"Enabled", state == "Enabled"},
                                        {"KeyState", state},
                                        {"KeyUsage", "ENCRYPT_DECRYPT"},
                                        {"KeyManager", "CUSTOMER"},
                                        {"Origin", "AWS_KMS"}}}});
}

}  // namespace v2only::sim
