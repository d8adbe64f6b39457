// A plan as JSON and as a file's text. Format version 1.0; keys as AWS writes its own.
#pragma once

#include <string>
#include <string_view>

#include "core/json.h"
#include "fleet/plan.h"

namespace v2only::fleet {

inline constexpr std::string_view kPlanFormatVersion = "1.0";

// The whole plan, without a digest. For 100,000 units prefer plan_text: it never holds more than
// one unit as a tree.
json::value to_json(const Plan& plan);
// Takes the value to pieces as it reads, so that a large plan is not held twice.
Result<Plan> plan_from_json(json::value value);

// SHA-256 over the canonical JSON without the digest, in hexadecimal. It shows accidents, not
// forgery.
std::string digest_of(const Plan& plan);

// What stands in a plan file: pretty JSON, FormatVersion and Digest first, a newline at the end.
std::string plan_text(const Plan& plan);

// Refuses, on `path`: what is no JSON (with its line), another format version, a digest that does
// not fit, and a plan that is not whole.
Result<Plan> read_plan_text(std::string_view text, std::string_view path);

}  // namespace v2only::fleet
