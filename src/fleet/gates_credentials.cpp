// That our own logins to AWS, the Console and ONTAP last until a node that was stopped is back.
#include "core/text.h"
#include "fleet/gate_checks.h"

namespace v2only::fleet {
namespace {

constexpr const char* kGate = "credentials";

void check_aws(const SystemReading& reading, const GateContext& context, Judge& judge) {
  const auto& life = reading.logins->aws;
  const auto whose = "the AWS credentials (" + reading.logins->aws_source + ")";
  if (life.lasts) return judge.good(kGate, whose + " do not end");
  if (!life.ends) {
    const auto text = whose +
                      " are temporary, and nothing says until when: set AWS_CREDENTIAL_EXPIRATION "
                      "beside them, or use keys that do not end";
    return context.aws_endpoint ? judge.bad(kGate, text) : judge.warn(kGate, text);
  }
  const auto until = whose + " last until " + format_utc(*life.ends);
  const auto needed = context.expected * 2;
  if (*life.ends >= reading.asked_at.wall + needed) return judge.good(kGate, until);
  judge.bad(kGate, until + ", and twice a cycle's " + format_duration(context.expected) +
                       " have to be left: take new ones, then go on");
}

void check_console_login(const LoginLife& life, Judge& judge) {
  if (life.lasts) return judge.good(kGate, "the Console's login is renewed without a person");
  judge.unknown(kGate, "the Console's login is not known to be renewed without a person");
}

}  // namespace

void check_credentials(const SystemReading& reading, const GateContext& context, Judge& judge) {
  if (!reading.logins) {
    judge.unknown(kGate, "how long our own logins last was not looked at");
    return;
  }
  check_aws(reading, context, judge);
  if (context.console_given && reading.logins->console) {
    check_console_login(*reading.logins->console, judge);
  }
  if (!reading.ontap.nodes) return judge.unknown(kGate, not_read(reading.ontap));
  judge.good(kGate, "ONTAP accepts its login, which does not end");
}

}  // namespace v2only::fleet
