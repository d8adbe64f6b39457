// go: the operator's word to a run that waits at a pause. Whoever carries the run on makes an entry
// of it.
#include <algorithm>
#include <ostream>

#include "cli/runs.h"
#include "report/system_view.h"

namespace v2only::cli {
namespace {

void say_how_to_carry_on(const App& app, const RunId& id) {
  app.say("No process carries the run on: v2only resume " + id.str());
}

}  // namespace

Result<int> cmd_go(App& app, const Invocation& invocation) {
  const RunId id(invocation.argument);
  V2_TRY(const auto state, open_state(app, invocation));
  V2_TRY(const auto run, load_for_view(state, id));
  const auto& units = run.state->units();
  if (run.state->ended() || std::none_of(units.begin(), units.end(), report::waits_at_pause)) {
    return fail(ErrorCode::kUsage, "nothing of this run waits at a pause", id.str(),
                "See: v2only status " + id.str());
  }
  V2_TRY(const bool given, state.journal->has_word(id, engine::kPausedKind));
  const bool carried = journal::RunLock::is_held(state.dir, id);
  if (given) {
    app.out << "The word was given already; " +
                   std::string(carried ? "the run takes it up within a second or two\n"
                                       : "it counts once the run is carried on\n");
    if (!carried) say_how_to_carry_on(app, id);
    return kExitDone;
  }
  if (auto left = state.journal->leave_word(id, app.clock.now().wall); !left) {
    return Unexpected{std::move(left).error()};
  }
  for (const auto& unit : units) {
    if (!report::waits_at_pause(unit)) continue;
    app.out << unit.planned->id.str()
            << " may go on; everything that guards it is read again first\n";
  }
  if (!carried) say_how_to_carry_on(app, id);
  return kExitDone;
}

}  // namespace v2only::cli
