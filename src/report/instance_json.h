// One assessed instance as JSON: what audit, verify and explain have in common. For .cpp files.
#pragma once

#include <boost/json/fwd.hpp>

#include "core/json.h"
#include "report/json_text.h"
#include "report/rows.h"

namespace v2only::report {

json::object instance_object(const AuditRow& row, const AuditView& view);
// The metadata options with AWS's names, and their State.
json::object options_object(const fleet::Instance& instance);

// Complete, Errors, Warnings and, where it is so, Simulated with its Endpoint.
void put_scope(JsonText& out, const AuditView& view);

}  // namespace v2only::report
