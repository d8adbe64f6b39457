#include "aws/dry_run.h"

namespace v2only::aws {

ApiCall dry_run(ApiCall call) {
  call.params.emplace_back("DryRun", "true");
  call.write = false;
  call.guard.reset();
  return call;
}

DryRunAnswer dry_run_answer(const ApiCall& call, const ApiReply& reply) {
  DryRunAnswer out;
  out.action = iam_action(call);
  if (reply.fate == Fate::kDone) {
    out.why = to_string(Error{ErrorCode::kGarbage,
                              call.action + " was carried out though DryRun was asked for",
                              call.region.str(), "this endpoint does not know DryRun"});
  } else if (reply.error.code == "DryRunOperation") {
    out.permission = Permission::kAllowed;
  } else {
    if (is_denied_code(reply.error.code)) out.permission = Permission::kDenied;
    out.why = to_string(error_of(call, reply));
  }
  return out;
}

}  // namespace v2only::aws
