// Credentials from the environment and from static keys in the shared files. Private to aws/.
#pragma once

#include <string>

#include "aws/profile.h"
#include "aws/session.h"
#include "core/result.h"

namespace v2only::aws {

// In the order of the AWS CLI (facts: provider order). With `explicit_profile` (--profile) the
// environment's keys are passed over. A source that would come before the one found, and that this
// version can not use, is an error that names it and the way round.
Result<Credentials> find_credentials(const SessionInput& input, const SharedFiles& files,
                                     const std::string& profile, bool explicit_profile);

}  // namespace v2only::aws
