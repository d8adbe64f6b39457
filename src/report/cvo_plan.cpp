#include "report/cvo_plan.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/printable.h"
#include "core/text.h"
#include "report/paragraph.h"
#include "report/step_lines.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using fleet::Handover;
using fleet::Mark;
using fleet::Pause;

constexpr std::string_view kIndent = "      ";
constexpr std::string_view kInMember = "        ";
constexpr std::string_view kBelowStep = "            ";

const fleet::Step* step_of(const fleet::PlannedUnit& unit, const InstanceId& id) {
  const auto found = std::find_if(unit.steps.begin(), unit.steps.end(),
                                  [&](const fleet::Step& step) { return step.instance == id; });
  return found == unit.steps.end() ? nullptr : &*found;
}

std::string within(Duration limit) { return " (within " + format_duration(limit) + ")"; }

Tone tone_of(Mark mark) {
  constexpr std::array kTones = {Tone::kGood, Tone::kBad, Tone::kBad, Tone::kWarning};
  return kTones[static_cast<std::size_t>(mark)];
}

class CvoPlan {
 public:
  CvoPlan(const fleet::Plan& plan, const fleet::PlannedUnit& unit, Detail detail,
          const Style& style)
      : plan_(plan),
        unit_(unit),
        cvo_(*unit.cvo),
        ontap_(plan.policy.ontap),
        detail_(detail),
        style_(style) {
    const auto found = plan.facts.systems.find(unit.id);
    if (found != plan.facts.systems.end()) fact_ = &found->second;
  }

  std::string run() {
    const auto title = unit_.id.str() + "  " + cvo_.region.str() + "  " +
                       workload_in_words(unit_.workload, unit_.version);
    out_ = paragraph(title, style_, "  ~ ", std::string(kIndent));
    what();
    terms();
    if (detail_ == Detail::kBrief) {
      gates({Mark::kBad, Mark::kUnknown});
      field("steps", "like those of the first systems; v2only show PLAN has each");
      return out_;
    }
    clients();
    gates({Mark::kBad, Mark::kUnknown, Mark::kWarn, Mark::kGood});
    if (cvo_.mediator) mediator();
    for (std::size_t i = 0; i < cvo_.nodes.size(); ++i) node(i);
    afterwards();
    return out_ + why_lines(unit_, style_);
  }

 private:
  // --- layout ---------------------------------------------------------------------------------

  void field(std::string_view name, std::string_view text) {
    std::string first(kIndent);
    first += name;
    first.resize(kIndent.size() + 10, ' ');
    out_ += paragraph(text, style_, first, std::string(first.size(), ' '));
  }

  void heading(const std::string& text) {
    out_ += "\n" + paragraph(text, style_, kIndent, kBelowStep);
    step_ = 0;
  }

  void step(std::string_view text) {
    auto first = std::string(kInMember) + std::to_string(++step_) + ".";
    first.resize(kBelowStep.size(), ' ');
    out_ += paragraph(text, style_, first, kBelowStep);
  }

  // What becomes of the member where a step above does not come to hold.
  void otherwise(std::string_view text) {
    auto first = std::string(kInMember) + "else";
    first.resize(kBelowStep.size() + 2, ' ');
    out_ += paragraph(text, style_, first, std::string(first.size(), ' '));
  }

  void pause(Pause point) {
    if (ontap_.pause_before.count(point) == 0) return;
    step("Pause: waits for v2only go RUN; what guards the next step is read anew then");
  }

  void change(const InstanceId& instance, std::string_view text) {
    const auto* planned = step_of(unit_, instance);
    if (planned == nullptr) return step("Its options are as they have to be already");
    step(text);
    out_ += diff_lines(*planned, kBelowStep, style_);
    if (detail_ == Detail::kWithCommands)
      out_ += std::string(kBelowStep) + printable(planned->command) + "\n";
  }

  std::string called(const InstanceId& id) const {
    const auto* planned = step_of(unit_, id);
    return id.str() +
           (planned == nullptr || planned->name.empty() ? "" : "  " + printable(planned->name));
  }

  // --- what the approver has to know before the steps -------------------------------------------

  void what() {
    if (!cvo_.pair()) {
      return field("what", "Single node " + cvo_.nodes[0].name + " of " + cvo_.cluster +
                               ": an outage, for it is down while its options are changed");
    }
    std::string order = cvo_.mediator ? "its mediator, then " : "";
    order += "node " + cvo_.nodes[0].name + ", then node " + cvo_.nodes[1].name;
    field("what", "HA pair " + cvo_.cluster + ": " + order +
                      ", one at a time. Its data is served all the while by one node or the other");
  }

  void terms() {
    const auto nodes = std::count_if(cvo_.nodes.begin(), cvo_.nodes.end(),
                                     [](const fleet::CvoNode& each) { return each.restart; });
    auto takes = "about " + format_duration(ontap_.expected);
    if (nodes > 1) {
      takes += " for each node, " + format_duration(ontap_.expected * nodes) + " in all";
    }
    if (cvo_.mediator) takes += ", and some minutes for the mediator before";
    field("takes", takes);
    consent();
    for (const auto& group : ontap_.apart) {
      if (std::find(group.begin(), group.end(), unit_.id) == group.end()) continue;
      std::vector<std::string> others;
      for (const auto& other : group) {
        if (other != unit_.id) others.push_back(other.str());
      }
      field("apart", "never within a day of " + join(others, ", "));
    }
    std::vector<std::string> pauses;
    for (const auto point : ontap_.pause_before) pauses.emplace_back(name_of(point));
    if (!pauses.empty())
      field("pauses", "before " + join(pauses, ", ") + ": waits for v2only go RUN");
    if (!cvo_.pair()) return;
    field("probes", fact_ == nullptr || fact_->probes.empty()
                        ? "none: whether clients are served is seen by addresses only"
                        : join(fact_->probes, ", "));
  }

  void consent() {
    const std::string kind = cvo_.pair() ? "failover" : "outage";
    const auto* given = fact_ == nullptr ? nullptr
                        : cvo_.pair()    ? &fact_->failover
                                         : &fact_->outage;
    if (given == nullptr || !*given) return field("consent", "none to its " + kind);
    const auto& consent = **given;
    field("consent",
          "to its " + kind + ", by " + (consent.by.empty() ? "nobody named" : consent.by) + ": " +
              shown(consent.from) + " to " + shown(consent.until) + ". A node begins only with " +
              format_duration(ontap_.expected * 3 / 2) + " of it left");
  }

  // Facts: netapp.md, 6.1; 2.2 and 6.3 of the addresses.
  void clients() {
    if (!cvo_.pair()) {
      field("clients",
            "No data is served from its shutdown until its aggregates and LIFs are "
            "online again, 25 to 60 minutes as a rule: SMB sessions end, iSCSI gets "
            "errors, NFS hangs. Warn them");
      return;
    }
    field("clients",
          "SMB: each takeover and each giveback ends the sessions of the node, since "
          "there are no continuously available shares: open files are closed, clients "
          "connect again");
    field("",
          "NFS: a pause at each takeover and giveback, seconds as a rule, 120s at most by "
          "NetApp's word; hard mounts go on by themselves");
    field("",
          "iSCSI: its LIFs do not move. Hosts with multipathing (ALUA) change to the "
          "partner's path; one without loses its LUNs meanwhile");
    const std::string outside =
        "addresses for clients outside the VPC are static and do not move: "
        "such clients are cut off while their node is away, and have to "
        "remount";
    field("", (cvo_.floating ? "NAS from outside: this pair stands in several availability zones; "
                             : "NAS from outside: of a pair in several availability zones, the ") +
                  outside);
  }

  void gates(const std::vector<Mark>& marks) {
    std::string lines;
    std::optional<WallTime> at;
    for (const auto mark : marks) {
      for (const auto& piece : unit_.evidence) {
        if (piece.mark != mark) continue;
        at = piece.at;
        lines += gate(piece, mark);
      }
    }
    if (!at) return;
    heading("Gates, as read " + shown(*at) +
            ", the worst first. Each is read again before a step that it guards:");
    out_ += lines;
  }

  // Painted last: escapes have no width.
  std::string gate(const fleet::Evidence& piece, Mark mark) const {
    const auto word = mark == Mark::kGood ? std::string(name_of(mark)) : to_upper(name_of(mark));
    auto first = std::string(kInMember) + word;
    first.resize(kInMember.size() + 9, ' ');
    const auto lines = paragraph(piece.what, style_, first, std::string(first.size(), ' '));
    return std::string(kInMember) + paint(word, tone_of(mark), style_) +
           lines.substr(kInMember.size() + word.size());
  }

  // --- the steps ------------------------------------------------------------------------------

  void all_gates() { step("Every gate above is read again and holds, 30s old at most"); }

  void mediator() {
    const auto& limits = ontap_.timeouts;
    heading("Mediator " + called(*cvo_.mediator) + ", alone, with both nodes up");
    all_gates();
    pause(Pause::kMediator);
    change(*cvo_.mediator,
           "Its options are changed while it runs, and show as applied" + within(limits.health));
    if (ontap_.mediator_reboot) {
      step("It is rebooted (EC2 RebootInstances). While it is away there is no automatic failover");
      step("A boot is seen" + within(limits.boot) + ", and its status checks pass" +
           within(limits.boot));
    } else {
      step("It is not rebooted: mediator_reboot is off in the policy");
    }
    step("It is good in three readings: status checks, takeover possible both ways" +
         std::string(plan_.facts.console ? ", the Console's word" : "") + within(limits.health));
    otherwise(
        "its options are put back, it is not rebooted again, no node is touched, and an "
        "operator is needed");
  }

  void node(std::size_t index) {
    const auto& it = cvo_.nodes[index];
    heading("Node " + it.name + "  " + called(it.instance) +
            (it.restart ? ", about " + format_duration(ontap_.expected) : ""));
    if (!it.restart && step_of(unit_, it.instance) == nullptr) {
      return step("Nothing: its options and its restart are proven already");
    }
    all_gates();
    if (index == 1) pause(Pause::kSecondNode);
    if (index == 0 || ontap_.pause_before.count(Pause::kSecondNode) == 0) pause(Pause::kTakeover);
    step("AutoSupport is told of maintenance; where that fails it is only said");
    if (cvo_.pair()) {
      hand_over(it, cvo_.partner_of(index));
    } else {
      shut_down(it);
    }
    cycle(it);
  }

  void hand_over(const fleet::CvoNode& it, const fleet::CvoNode& partner) {
    step(handover(it, partner));
    auto served = "Seen at " + partner.name +
                  "'s own address: it has taken over, every data "
                  "address is at " +
                  partner.instance.str();
    if (fact_ != nullptr && !fact_->probes.empty()) {
      served += ", and " + counted(fact_->probes.size(), "probe") +
                (fact_->probes.size() == 1 ? " answers" : " answer");
    }
    step(served + within(ontap_.timeouts.takeover) + ". Else " + it.name +
         " boots again and is given back, unchanged, and nothing more begins");
    pause(Pause::kStop);
    step("EC2 StopInstances, never forced" + within(ontap_.timeouts.stop));
  }

  std::string handover(const fleet::CvoNode& it, const fleet::CvoNode& partner) const {
    const auto takes = partner.name + " takes over its storage";
    switch (ontap_.handover) {
      case Handover::kReboot:
        return "ONTAP reboots " + it.name + " (action=reboot), and " + takes +
               ". It would boot again and be given back by itself, so it is stopped at once";
      case Handover::kTakeover:
        return "storage failover takeover -ofnode " + it.name + ", without options: " + takes +
               ". It would boot again and be given back by itself, so it is stopped at once";
      case Handover::kShutdown:
        break;
    }
    return "ONTAP shuts " + it.name + " down cleanly (action=shutdown), and " + takes;
  }

  void shut_down(const fleet::CvoNode& it) {
    const auto limit = within(ontap_.timeouts.stop);
    if (plan_.facts.console) {
      return step("The Console stops " + it.name + ", with snapshots of its root and boot disks" +
                  limit + ". The outage begins");
    }
    step("ONTAP shuts " + it.name + " down cleanly" + limit + ". The outage begins");
    step("Once ONTAP is down, EC2 StopInstances, never forced" + limit);
  }

  void cycle(const fleet::CvoNode& it) {
    const auto& limits = ontap_.timeouts;
    change(it.instance,
           "Its options are changed while it is stopped; where that is refused it is started again "
           "unchanged");
    step(std::string(plan_.facts.console && !cvo_.pair() ? "The Console starts it"
                                                         : "EC2 StartInstances") +
         "; a start that fails is tried again, past the end of window and consent too");
    step("ONTAP boots" + within(limits.start + limits.boot));
    if (cvo_.pair()) {
      step("ONTAP gives back by itself, as a rule 10m after the boot" + within(limits.giveback) +
           ". A veto is shown word for word and never overridden");
      step("Mirrors resync until they are normal: that takes its time, and never fails by it");
    }
    step(std::string("Healthy") + within(limits.health) + ": " +
         (cvo_.pair() ? "both nodes up, takeover possible both ways, mirrors normal, "
                      : "the node up, ") +
         "aggregates online, LIFs at home, FabricPool stores available, status checks passed, "
         "options applied; launch time and uptime prove the restart");
    step("Settled: " + format_duration(ontap_.settle) + " later all of that still holds");
    otherwise(std::string("at most the options of this instance are put back, ") +
              (cvo_.pair() ? "its partner, which serves, is not touched, " : "") +
              "no other system begins, and an operator is needed");
  }

  void afterwards() {
    out_ += "\n";
    field("way back",
          "v2only rollback RUN puts the options back while the instances run: that restarts "
          "nothing. A restart of them afterwards is the operator's to decide");
  }

  const fleet::Plan& plan_;
  const fleet::PlannedUnit& unit_;
  const fleet::CvoSystem& cvo_;
  const fleet::OntapPolicy& ontap_;
  const fleet::SystemFact* fact_ = nullptr;
  Detail detail_;
  const Style& style_;
  std::string out_;
  int step_ = 0;
};

}  // namespace

std::string cvo_unit_lines(const fleet::Plan& plan, const fleet::PlannedUnit& unit, Detail detail,
                           const Style& style) {
  return CvoPlan(plan, unit, detail, style).run();
}

std::size_t restarted_nodes(const fleet::Plan& plan) {
  std::size_t count = 0;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (!unit.cvo) continue;
      for (const auto& node : unit.cvo->nodes) count += node.restart ? 1 : 0;
    }
  }
  return count;
}

}  // namespace v2only::report
