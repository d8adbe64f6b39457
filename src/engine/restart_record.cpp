#include "engine/restart_record.h"

namespace v2only::engine {

std::string ActRecord::said() const {
  return code + (code.empty() || message.empty() ? "" : ": ") + message;
}

// Of a cycle that is given up, maintenance ends beside what is decided, not as a part of it.
bool RestartRecord::is_aside(ActKind kind) const {
  return kind == ActKind::kNoteEnd && phase != Phase::kSettle;
}

bool RestartRecord::apply(const CycleBegan& entry) {
  if (entry.member != member) return false;
  if (reboots == 0) before = entry.before;
  return true;
}

bool RestartRecord::apply(const PhaseBegan& entry) {
  if (entry.member != member) return false;
  if (entry.phase == Phase::kTakenOver && phase == Phase::kHandover) {
    handed_over = act && act->answered && act->fate == WriteFate::kDone;
  }
  phase = entry.phase;
  paused = false;
  worked_at = entry.at;
  phase_at = entry.at;
  act.reset();
  went_on.reset();
  return true;
}

bool RestartRecord::apply(const ActIntent& entry) {
  if (entry.act.member != member) return false;
  if (entry.act.kind == ActKind::kNote) noted = true;
  if (entry.act.kind == ActKind::kNoteEnd) noted = false;
  if (is_aside(entry.act.kind)) return true;
  act = ActRecord{};
  act->kind = entry.act.kind;
  act->attempt = entry.act.attempt;
  act->at = entry.at;
  last_act = act;
  if (entry.act.kind == ActKind::kInstanceReboot) ++reboots;
  return true;
}

bool RestartRecord::apply(const ActOutcome& entry) {
  if (entry.act.member == member && is_aside(entry.act.kind)) return true;
  if (entry.act.member != member || !act || act->attempt != entry.act.attempt) return false;
  act->answered = true;
  act->fate = entry.fate;
  act->again = entry.again;
  act->code = entry.code;
  act->message = entry.message;
  last_act = act;
  const bool not_rebooted =
      act->kind == ActKind::kInstanceReboot && entry.fate == WriteFate::kRefused;
  if (not_rebooted && reboots > 0) --reboots;
  return true;
}

bool RestartRecord::apply(const Abandoned& entry) {
  if (entry.member != member) return false;
  abandoned = entry.why;
  abandoned_code = entry.code;
  return true;
}

bool RestartRecord::apply(const MemberEnded& entry) {
  if (entry.member != member) return false;
  const auto next = member + 1;
  const auto worked = worked_at;
  *this = RestartRecord{};
  member = next;
  worked_at = worked;
  return true;
}

bool RestartRecord::apply(const Paused& /*entry*/) {
  paused = true;
  return true;
}

bool RestartRecord::apply(const WentOn& entry) {
  paused = false;
  went_on = entry.at;
  return true;
}

}  // namespace v2only::engine
