#include "sim/sts_service.h"

#include "core/text.h"
#include "sim/xml_writer.h"

namespace v2only::sim {

Served serve_sts(const WorldSpec& spec, const Call& call) {
  if (call.action != "GetCallerIdentity") {
    return refuse("InvalidAction",
                  "Could not find operation " + one_line(call.action) + " for version 2011-06-15");
  }
  if (call.form.get("Version") != "2011-06-15") {
    return refuse("NoSuchVersion", "The requested version of STS does not exist");
  }
  XmlWriter xml;
  xml.raw(R"(<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">)");
  xml.open("GetCallerIdentityResult");
  xml.text("Arn", "arn:aws:iam::" + spec.account.str() + ":user/simulated-operator");
  xml.text("UserId", "AIDASIMULATED00000001").text("Account", spec.account.str());
  xml.close("GetCallerIdentityResult").open("ResponseMetadata");
  xml.text("RequestId", call.request_id).close("ResponseMetadata");
  return xml.close("GetCallerIdentityResponse").take();
}

}  // namespace v2only::sim
