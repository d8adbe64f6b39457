// A CVO system of a run as JSON: docs/reference/json.md. For .cpp files: pulls in Boost.JSON.
#pragma once

#include "core/json.h"
#include "fleet/plan.h"
#include "report/system_view.h"

namespace v2only::report {

json::object system_object(const fleet::Plan& plan, const SystemView& system);

}  // namespace v2only::report
