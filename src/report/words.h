// The words that several reports share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/time.h"
#include "fleet/assess.h"
#include "fleet/options.h"
#include "report/colour.h"
#include "report/style.h"

namespace v2only::report {

// "SIMULATED  endpoint http://127.0.0.1:4567  account 111122223333" and an empty line; nothing
// against AWS.
std::string simulated_lines(bool simulated, std::string_view endpoint, const AccountId& account,
                            const Style& style);

// "INCOMPLETE  111122223333 ap-south-1: …": what could not be read, by name.
std::string incomplete_line(std::string_view text, const Style& style);

// "1,234".
std::string number(std::size_t count);
// "1,234 instances", "1 instance".
std::string counted(std::size_t count, std::string_view singular);
// To the second.
std::string shown(WallTime time);
// "eu-west-1, us-east-1".
template <class IdType>
std::string listed(const std::vector<IdType>& ids) {
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "" : ", ") + id.str();
  return out;
}

// "optional/1": HttpTokens and hop limit; "off" where the endpoint is disabled; "?" for what was
// not observed.
std::string options_in_short(const fleet::OptionSet& options);

// How many nodes of Cloud Volumes ONTAP are restarted when the unit changes.
std::size_t nodes_of(const fleet::Assessment& unit);
// "compliant", "ready", "ready (restarts 2 nodes)", "blocked: v1-use".
std::string verdict_in_words(const fleet::Assessment& assessment);
Tone tone_of(fleet::Verdict verdict);

// "i-0abc  web-1  eu-west-1".
std::string step_in_words(const fleet::Step& step);

// "netapp-console-agent 3.9.40"; the role of a CVO instance that nobody has named is "?".
std::string workload_in_words(std::string_view workload, std::string_view version);

}  // namespace v2only::report
