#include "report/operator_page.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "fleet/command.h"
#include "report/manual.h"
#include "report/paragraph.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using engine::ActKind;
using engine::WriteFate;

std::string_view words_of(ActKind kind) {
  constexpr std::array<std::string_view, engine::kActNames.size()> kWords = {
      "AutoSupport's note of maintenance",
      "AutoSupport's note that it is over",
      "ONTAP's shutdown of the node",
      "ONTAP's reboot of the node",
      "ONTAP's takeover of the node",
      "ONTAP's shutdown of the single node",
      "EC2 StopInstances",
      "EC2 StartInstances",
      "EC2 RebootInstances",
      "the Console's stop",
      "the Console's start",
  };
  return kWords[static_cast<std::size_t>(kind)];
}

std::string outcome_of(const engine::ActRecord& act) {
  if (!act.answered || act.fate == WriteFate::kUnknown) return "no answer came";
  if (act.fate == WriteFate::kDone) return "accepted";
  return "refused: " + act.said();
}

// What a code says of the node in hand.
enum class Left : std::uint8_t {
  kUntouched,     // its turn had not come
  kUp,            // told to go, and still up
  kHalted,        // ONTAP is down on it, its instance runs
  kStopped,       // its instance does not start
  kNotBooted,     // its instance runs, ONTAP does not come up
  kNotGivenBack,  // up, or waiting, without its storage
  kBack,          // up, and not all is well
  kGone,          // its instance does not exist any more
  kUnknown,
};

Left left_by(std::string_view code, const engine::RestartRecord& record) {
  struct Row {
    std::string_view code;
    Left left;
  };
  constexpr std::array kRows = {
      Row{"no-takeover", Left::kUp},
      Row{"no-shutdown", Left::kUp},
      Row{"stop-refused", Left::kHalted},
      Row{"start-refused", Left::kStopped},
      Row{"start-fails", Left::kStopped},
      Row{"no-boot", Left::kNotBooted},
      Row{"giveback", Left::kNotGivenBack},
      Row{"not-healthy", Left::kBack},
      Row{"gone", Left::kGone},
  };
  for (const auto& row : kRows) {
    if (row.code == code) return row.left;
  }
  return record.phase == engine::Phase::kGates ? Left::kUntouched : Left::kUnknown;
}

class Operator {
 public:
  Operator(const fleet::Plan& plan, const SystemView& system)
      : plan_(plan),
        system_(system),
        record_(*system.unit->restart),
        member_(system.member()),
        pair_(system.cvo->pair()) {
    if (member_.node == nullptr || !pair_) return;
    const auto& nodes = system.cvo->nodes;
    partner_ = member_.node == &nodes[0] ? &nodes[1] : &nodes[0];
  }

  OperatorView run() {
    for (const auto& each : system_.members) {
      if (each.standing == InstanceStanding::kDone) out_.done.push_back(called(each));
    }
    if (const auto& act = record_.last_act) {
      out_.last_act = std::string(words_of(act->kind)) + ", " + called(member_) + ", " +
                      shown(act->at) + ": " + outcome_of(*act);
    }
    if (member_.node == nullptr) {
      mediator();
    } else {
      node(left_by(system_.unit->code, record_));
    }
    never();
    return std::move(out_);
  }

 private:
  static std::string called(const MemberView& member) {
    return member.name + " (" + member.instance.str() + ")";
  }
  const std::string& name() const { return member_.name; }

  void hand(std::string text) { out_.by_hand.push_back(std::move(text)); }
  void aws(std::string_view verb) {
    hand("   " +
         fleet::aws_command(verb, system_.cvo->region, member_.instance, {plan_.endpoint, {}}));
  }
  void at_partner() {
    hand("At " + partner_->name + " (" + partner_->management_address + "):");
    hand("   storage failover show");
    hand("   event log show -severity <=ERROR");
  }
  void at_node() {
    const auto* node = member_.node;
    hand("At " + node->name + " (" + node->management_address + "):");
    hand(pair_ ? "   storage failover show" : "   system node show");
    hand("   event log show -severity <=ERROR");
  }

  // It was changed, perhaps, and never told to reboot.
  void mediator_not_rebooted() {
    out_.down = "nothing: the mediator " + member_.instance.str() + " was not rebooted";
    out_.serves = "both nodes, each its own: none was touched";
    hand("Mend what the reason names, then see that the pair is whole:");
    hand("At " + system_.cvo->nodes.back().name + " (" +
         system_.cvo->nodes.back().management_address + "):");
    hand("   storage failover show        both nodes: takeover possible true");
  }

  void mediator() {
    const auto& code = system_.unit->code;
    if (code == "refused" || code == "not-ready" || code == "not-applied") {
      return mediator_not_rebooted();
    }
    const bool away = system_.unit->code == "mediator-away" || system_.unit->code == "gone";
    out_.down = away ? "the mediator " + member_.instance.str()
                     : "nothing that was seen; the mediator " + member_.instance.str() +
                           " is not known to be well";
    out_.serves =
        "both nodes, each its own: none was touched. Until the mediator is well there is "
        "no automatic failover";
    hand("Look at the mediator, in EC2 and in the Console:");
    aws("describe-instance-status");
    hand("At " + system_.cvo->nodes.back().name + " (" +
         system_.cvo->nodes.back().management_address + "):");
    hand("   storage failover show        both nodes: takeover possible true");
    hand("Do not reboot it again before NetApp support has been asked");
  }

  void node(Left left) {
    switch (left) {
      case Left::kUntouched:
        return untouched();
      case Left::kUp:
        return up();
      case Left::kHalted:
        return halted();
      case Left::kStopped:
        return stopped();
      case Left::kNotBooted:
        return not_booted();
      case Left::kNotGivenBack:
        return not_given_back();
      case Left::kBack:
        return back();
      case Left::kGone:
        return gone();
      case Left::kUnknown:
        return unknown();
    }
  }

  void partner_serves(const std::string& otherwise) {
    out_.serves =
        pair_ ? partner_->name + ", for both; nothing takes over from it meanwhile" : otherwise;
  }

  void untouched() {
    out_.down = "nothing by this run: " + name() + " was not touched";
    out_.serves = pair_ ? "both nodes, each its own" : name();
    hand("Mend what the reason names, then see that the pair is whole:");
    at_node();
  }

  void up() {
    out_.down = "nothing: " + name() + " was told to go down, and is still up";
    out_.serves = pair_ ? "both nodes, each its own" : name();
    pair_ ? at_partner() : at_node();
    hand("Should " + name() + " go down yet: stop its instance without force, and start it:");
    aws("stop-instances");
    aws("start-instances");
  }

  void halted() {
    out_.down = name() + ": ONTAP is halted, its instance " + member_.instance.str() + " runs";
    partner_serves("nobody: this is an outage");
    if (pair_) at_partner();
    hand("Mend why EC2 refuses to stop it; then stop it without force, and start it:");
    aws("stop-instances");
    aws("start-instances");
  }

  void stopped() {
    out_.down = name() + ": its instance " + member_.instance.str() + " does not start";
    partner_serves("nobody: this is an outage");
    hand("See why it does not start (state reason: capacity, keys, volumes), mend that, start it:");
    aws("describe-instances");
    aws("start-instances");
    if (pair_) at_partner();
  }

  void not_booted() {
    out_.down =
        name() + ": its instance " + member_.instance.str() + " runs, ONTAP does not come up";
    partner_serves("nobody: this is an outage");
    if (pair_) at_partner();
    hand(
        "See its status checks, and its console output (EC2 console > Monitor and troubleshoot > "
        "Get system log):");
    aws("describe-instance-status");
    hand("Ask NetApp support before it is stopped and started once more");
  }

  void not_given_back() {
    out_.down = name() + " is without its storage, up or waiting for it";
    partner_serves(name());
    at_partner();
    hand("Clear what the veto names; then, without any option more:");
    hand("   storage failover giveback -ofnode " + name());
  }

  void back() {
    out_.down = "nothing as a whole: " + name() + " is back, and not all of it is as it must be";
    out_.serves = pair_ ? name() + " and " + partner_->name + ", as far as it was seen" : name();
    hand("Mend what the reason names, then see that all is whole:");
    pair_ ? at_partner() : at_node();
  }

  void gone() {
    out_.down = name() + ": its instance " + member_.instance.str() + " does not exist any more";
    partner_serves("nobody: this is an outage");
    if (pair_) at_partner();
    hand("Ask NetApp support: a node whose instance is gone is not started again");
  }

  void unknown() {
    out_.down = "not known: what became of " + name() + " (" + member_.instance.str() +
                ") could not be seen";
    partner_serves("not known: look before anything else");
    pair_ ? at_partner() : at_node();
    hand("See the instance:");
    aws("describe-instance-status");
  }

  void never() {
    if (pair_) {
      out_.never.emplace_back(
          "take over, halt, stop or change the other node while the pair is not whole");
      out_.never.emplace_back("override a veto of a giveback");
    }
    out_.never.emplace_back("stop an instance by force");
    out_.never.emplace_back("require tokens of an ONTAP that runs and is not restarted after it");
  }

  const fleet::Plan& plan_;
  const SystemView& system_;
  const engine::RestartRecord& record_;
  const MemberView& member_;
  bool pair_;
  const fleet::CvoNode* partner_ = nullptr;  // of the node in hand
  OperatorView out_;
};

std::string field(std::string_view name, std::string_view text, const Style& style) {
  std::string first = "  " + std::string(name);
  first.resize(12, ' ');
  return paragraph(text, style, first, std::string(12, ' '));
}

}  // namespace

OperatorView operator_view(const fleet::Plan& plan, const SystemView& system) {
  return Operator(plan, system).run();
}

std::string operator_page(const fleet::Plan& plan, const SystemView& system, const Style& style,
                          bool brief) {
  const auto view = operator_view(plan, system);
  auto out = paragraph(system.id().str() + " needs an operator: " + system.unit->code, style, "  ",
                       "      ");
  out += field("said", system.unit->reason, style);
  out += field("down", view.down, style);
  out += field("serves", view.serves, style);
  if (!view.done.empty()) out += field("done", join(view.done, ", "), style);
  out += field("last act", view.last_act.empty() ? "none on it" : view.last_act, style);
  if (!brief) out += field("never", join(view.never, "; "), style);
  out += "  by hand\n" + manual_lines(view.by_hand, "    ", style);
  if (brief) return out;
  return out + field("then",
                     "once it is whole, plan anew what is left of it, with the same facts "
                     "and policy",
                     style);
}

}  // namespace v2only::report
