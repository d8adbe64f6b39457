#include "engine/entry.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>

#include "fleet/facts_json.h"
#include "fleet/policy_json.h"

namespace v2only::engine {
namespace {

constexpr std::array<std::string_view, 6> kUnitStates = {
    "waiting", "in-progress", "done", "skipped", "failed", "needs-operator"};
constexpr std::array<std::string_view, 3> kFates = {"done", "refused", "unknown"};
constexpr std::array<std::string_view, 4> kFound = {"after", "before", "other", "gone"};
constexpr std::array<std::string_view, 3> kOutcomes = {"done", "partly-done", "needs-operator"};

using Words = std::span<const std::string_view>;

template <class E>
json::string word(Words words, E value) {
  return json::string(words[static_cast<std::size_t>(value)]);
}

template <class E>
E read_word(Words words, ObjectReader& in, std::string_view key) {
  const auto text = in.text(key);
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<E>(found - words.begin());
  in.fail(key, "has a value that this version does not know");
  return E{};
}

json::object options_json(const fleet::OptionSet& options) {
  json::object out;
  for (const auto field : fleet::kOptionFields) {
    if (options.get(field)) out.emplace(fleet::name_of(field), *options.get(field));
  }
  return out;
}

fleet::OptionSet read_options(ObjectReader& in, std::string_view key) {
  fleet::OptionSet out;
  ObjectReader options(in.member(key), in.path() + "." + std::string(key));
  for (const auto field : fleet::kOptionFields) {
    if (options.has(fleet::name_of(field))) out.set(field, options.text(fleet::name_of(field)));
  }
  if (const auto status = options.status(); !status) in.fail(key, "is not a set of options");
  return out;
}

void put(json::object& out, const WriteRef& write) {
  out.emplace("Unit", write.unit.str());
  out.emplace("Step", write.step);
  out.emplace("Attempt", write.attempt);
}

WriteRef read_write(ObjectReader& in) {
  return {UnitId(in.text("Unit")), static_cast<std::uint32_t>(in.integer("Step")),
          static_cast<std::uint32_t>(in.integer("Attempt"))};
}

// A kind of entry: its name in the journal, and how its body is written and read.
template <class T>
struct Codec;

template <>
struct Codec<RunBegan> {
  static constexpr std::string_view kKind = "run-began";
  static void put(json::object& out, const RunBegan& e) {
    out.emplace("Digest", e.digest);
    out.emplace("Units", e.units);
  }
  static RunBegan get(ObjectReader& in) {
    return {in.text("Digest"), static_cast<std::uint64_t>(in.integer("Units"))};
  }
};

template <>
struct Codec<WaveBegan> {
  static constexpr std::string_view kKind = "wave-began";
  static void put(json::object& out, const WaveBegan& e) { out.emplace("Wave", e.wave); }
  static WaveBegan get(ObjectReader& in) {
    return {static_cast<std::uint32_t>(in.integer("Wave"))};
  }
};

template <>
struct Codec<Intent> {
  static constexpr std::string_view kKind = "intent";
  static void put(json::object& out, const Intent& e) {
    engine::put(out, e.write);
    out.emplace("InstanceId", e.instance.str());
    out.emplace("Seen", options_json(e.seen));
    out.emplace("Send", options_json(e.send));
  }
  static Intent get(ObjectReader& in) {
    return {read_write(in), InstanceId(in.text("InstanceId")), read_options(in, "Seen"),
            read_options(in, "Send")};
  }
};

template <>
struct Codec<Outcome> {
  static constexpr std::string_view kKind = "outcome";
  static void put(json::object& out, const Outcome& e) {
    engine::put(out, e.write);
    out.emplace("Fate", word(kFates, e.fate));
    out.emplace("Code", e.code);
    out.emplace("Message", e.message);
    out.emplace("RequestId", e.request_id);
  }
  static Outcome get(ObjectReader& in) {
    return {read_write(in), read_word<WriteFate>(kFates, in, "Fate"), in.text("Code"),
            in.text("Message"), in.text("RequestId")};
  }
};

template <>
struct Codec<Settled> {
  static constexpr std::string_view kKind = "settled";
  static void put(json::object& out, const Settled& e) {
    engine::put(out, e.write);
    out.emplace("Found", word(kFound, e.found));
    out.emplace("Options", options_json(e.options));
  }
  static Settled get(ObjectReader& in) {
    return {read_write(in), read_word<Found>(kFound, in, "Found"), read_options(in, "Options")};
  }
};

template <>
struct Codec<StepEnded> {
  static constexpr std::string_view kKind = "step-ended";
  static void put(json::object& out, const StepEnded& e) { engine::put(out, e.write); }
  static StepEnded get(ObjectReader& in) { return {read_write(in)}; }
};

template <>
struct Codec<UnitEnded> {
  static constexpr std::string_view kKind = "unit-ended";
  static void put(json::object& out, const UnitEnded& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("State", word(kUnitStates, e.state));
    out.emplace("Code", e.code);
    out.emplace("Reason", e.reason);
  }
  static UnitEnded get(ObjectReader& in) {
    return {UnitId(in.text("Unit")), read_word<UnitState>(kUnitStates, in, "State"),
            in.text("Code"), in.text("Reason")};
  }
};

template <>
struct Codec<RunStopped> {
  static constexpr std::string_view kKind = "run-stopped";
  static void put(json::object& out, const RunStopped& e) { out.emplace("Why", e.why); }
  static RunStopped get(ObjectReader& in) { return {in.text("Why")}; }
};

template <>
struct Codec<FactsRenewed> {
  static constexpr std::string_view kKind = "facts-renewed";
  static void put(json::object& out, const FactsRenewed& e) {
    out.emplace("Facts", fleet::to_json(e.facts));
    out.emplace("Changes", json::array(e.changes.begin(), e.changes.end()));
  }
  static FactsRenewed get(ObjectReader& in) {
    FactsRenewed out;
    if (auto facts = fleet::facts_from_json(in.member("Facts"))) {
      out.facts = *std::move(facts);
    } else {
      in.fail("Facts", "are not facts that this version knows");
    }
    out.changes = in.texts("Changes");
    return out;
  }
};

template <>
struct Codec<RunResumed> {
  static constexpr std::string_view kKind = "run-resumed";
  static void put(json::object& out, const RunResumed& e) { out.emplace("Version", e.version); }
  static RunResumed get(ObjectReader& in) { return {in.text("Version")}; }
};

template <>
struct Codec<RunEnded> {
  static constexpr std::string_view kKind = "run-ended";
  static void put(json::object& out, const RunEnded& e) {
    out.emplace("Outcome", word(kOutcomes, e.outcome));
    out.emplace("Why", e.why);
  }
  static RunEnded get(ObjectReader& in) {
    return {read_word<RunOutcome>(kOutcomes, in, "Outcome"), in.text("Why")};
  }
};

// --- of a CVO unit ---------------------------------------------------------------------------

std::optional<WallTime> read_time(ObjectReader& in, std::string_view key) {
  if (!in.has(key)) return std::nullopt;
  return in.time(key);
}

void put(json::object& out, const ActRef& act) {
  out.emplace("Unit", act.unit.str());
  out.emplace("Member", act.member);
  out.emplace("Act", json::string(name_of(act.kind)));
  out.emplace("Attempt", act.attempt);
}

std::uint32_t read_member(ObjectReader& in) {
  return static_cast<std::uint32_t>(in.integer("Member"));
}

ActRef read_act(ObjectReader& in) {
  return {UnitId(in.text("Unit")), read_member(in), read_word<ActKind>(kActNames, in, "Act"),
          static_cast<std::uint32_t>(in.integer("Attempt"))};
}

template <>
struct Codec<CycleBegan> {
  static constexpr std::string_view kKind = "cycle-began";
  static void put(json::object& out, const CycleBegan& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Member", e.member);
    if (e.before.launched) out.emplace("Launched", format_utc(*e.before.launched));
    if (e.before.booted) out.emplace("Booted", format_utc(*e.before.booted));
    if (e.before.boot_mark) out.emplace("BootMark", *e.before.boot_mark);
  }
  static CycleBegan get(ObjectReader& in) {
    CycleBegan out{UnitId(in.text("Unit")),
                   read_member(in),
                   {read_time(in, "Launched"), read_time(in, "Booted"), {}}};
    if (in.has("BootMark")) out.before.boot_mark = in.text("BootMark");
    return out;
  }
};

template <>
struct Codec<PhaseBegan> {
  static constexpr std::string_view kKind = "phase-began";
  static void put(json::object& out, const PhaseBegan& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Member", e.member);
    out.emplace("Phase", json::string(name_of(e.phase)));
    out.emplace("At", format_utc(e.at));
  }
  static PhaseBegan get(ObjectReader& in) {
    return {UnitId(in.text("Unit")), read_member(in), read_word<Phase>(kPhaseNames, in, "Phase"),
            in.time("At")};
  }
};

template <>
struct Codec<ActIntent> {
  static constexpr std::string_view kKind = "act-intent";
  static void put(json::object& out, const ActIntent& e) {
    engine::put(out, e.act);
    out.emplace("InstanceId", e.instance.str());
    out.emplace("At", format_utc(e.at));
  }
  static ActIntent get(ObjectReader& in) {
    return {read_act(in), InstanceId(in.text("InstanceId")), in.time("At")};
  }
};

template <>
struct Codec<ActOutcome> {
  static constexpr std::string_view kKind = "act-outcome";
  static void put(json::object& out, const ActOutcome& e) {
    engine::put(out, e.act);
    out.emplace("Fate", word(kFates, e.fate));
    out.emplace("Again", e.again);
    out.emplace("Code", e.code);
    out.emplace("Message", e.message);
    out.emplace("RequestId", e.request_id);
  }
  static ActOutcome get(ObjectReader& in) {
    return {read_act(in),        read_word<WriteFate>(kFates, in, "Fate"),
            in.boolean("Again"), in.text("Code"),
            in.text("Message"),  in.text("RequestId")};
  }
};

template <>
struct Codec<Abandoned> {
  static constexpr std::string_view kKind = "abandoned";
  static void put(json::object& out, const Abandoned& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Member", e.member);
    out.emplace("Code", e.code);
    out.emplace("Why", e.why);
  }
  static Abandoned get(ObjectReader& in) {
    return {UnitId(in.text("Unit")), read_member(in), in.text("Code"), in.text("Why")};
  }
};

template <>
struct Codec<MemberEnded> {
  static constexpr std::string_view kKind = "member-ended";
  static void put(json::object& out, const MemberEnded& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Member", e.member);
  }
  static MemberEnded get(ObjectReader& in) { return {UnitId(in.text("Unit")), read_member(in)}; }
};

template <>
struct Codec<Paused> {
  static constexpr std::string_view kKind = "paused";
  static void put(json::object& out, const Paused& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Point", json::string(fleet::name_of(e.point)));
  }
  static Paused get(ObjectReader& in) {
    const auto point = fleet::pause_named(in.text("Point"));
    if (!point) in.fail("Point", "has a value that this version does not know");
    return {UnitId(in.text("Unit")), point.value_or(fleet::Pause::kTakeover)};
  }
};
static_assert(Codec<Paused>::kKind == kPausedKind);
static_assert(Codec<RunEnded>::kKind == kEndedKind);

template <>
struct Codec<WentOn> {
  static constexpr std::string_view kKind = "went-on";
  static void put(json::object& out, const WentOn& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("At", format_utc(e.at));
  }
  static WentOn get(ObjectReader& in) { return {UnitId(in.text("Unit")), in.time("At")}; }
};

// --- of a Console agent ----------------------------------------------------------------------

template <>
struct Codec<SoakBegan> {
  static constexpr std::string_view kKind = "soak-began";
  static void put(json::object& out, const SoakBegan& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("At", format_utc(e.at));
  }
  static SoakBegan get(ObjectReader& in) { return {UnitId(in.text("Unit")), in.time("At")}; }
};

template <>
struct Codec<SoakFailed> {
  static constexpr std::string_view kKind = "soak-failed";
  static void put(json::object& out, const SoakFailed& e) {
    out.emplace("Unit", e.unit.str());
    out.emplace("Code", e.code);
    out.emplace("Why", e.why);
  }
  static SoakFailed get(ObjectReader& in) {
    return {UnitId(in.text("Unit")), in.text("Code"), in.text("Why")};
  }
};

template <class T>
Result<Entry> read_as(const json::value& body, const std::string& kind) {
  ObjectReader in(body, "journal entry " + kind);
  Entry entry = Codec<T>::get(in);
  if (auto status = in.status(); !status) return Unexpected{std::move(status).error()};
  return entry;
}

// Tries each alternative of Entry in turn.
template <std::size_t I = 0>
Result<Entry> read_kind(const json::value& body, const std::string& kind) {
  if constexpr (I == std::variant_size_v<Entry>) {
    return fail(ErrorCode::kStorage, "this version does not know entries of kind '" + kind + "'",
                "journal", "Use the version of v2only that wrote it, or a later one.");
  } else {
    using T = std::variant_alternative_t<I, Entry>;
    if (kind == Codec<T>::kKind) return read_as<T>(body, kind);
    return read_kind<I + 1>(body, kind);
  }
}

}  // namespace

std::string_view name_of(UnitState state) { return kUnitStates[static_cast<std::size_t>(state)]; }

EntryRow to_row(const Entry& entry) {
  return std::visit(
      [](const auto& e) {
        using C = Codec<std::decay_t<decltype(e)>>;
        json::object body;
        C::put(body, e);
        return EntryRow{std::string(C::kKind), 1, canonical(body)};
      },
      entry);
}

Result<Entry> entry_from_row(const EntryRow& row) {
  if (row.version != 1) {
    return fail(ErrorCode::kStorage,
                "entry '" + row.kind + "' has form " + std::to_string(row.version), "journal",
                "Use a later version of v2only.");
  }
  V2_TRY(const auto body, parse_json(row.body, "journal entry " + row.kind));
  return read_kind(body, row.kind);
}

}  // namespace v2only::engine
