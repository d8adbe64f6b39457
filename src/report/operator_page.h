// A Cloud Volumes ONTAP system that a run has left to a person: what is down, who serves, what was
// done last, and what to do by hand.
#pragma once

#include <string>
#include <vector>

#include "fleet/plan.h"
#include "report/style.h"
#include "report/system_view.h"

namespace v2only::report {

struct OperatorView {
  std::string down;                // as the run has seen it last
  std::string serves;              // who has the data
  std::string last_act;            // with its outcome; empty: none on the member in hand
  std::vector<std::string> done;   // members that are changed and well
  std::vector<std::string> never;  // what would make it worse
  std::vector<std::string> by_hand;
};

// Of a unit that has ended as needs-operator.
OperatorView operator_view(const fleet::Plan& plan, const SystemView& system);

// The same as text, with what the run itself says, word for word. `brief`: without what would make
// it worse, and what comes afterwards, for where that is said already.
std::string operator_page(const fleet::Plan& plan, const SystemView& system, const Style& style,
                          bool brief = false);

}  // namespace v2only::report
