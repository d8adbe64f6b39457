#include "config/restart_policy.h"

#include <algorithm>
#include <string>

#include "config/cron.h"
#include "config/windows.h"
#include "core/text.h"
#include "fleet/policy_json.h"

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using chr::hours;
using chr::milliseconds;
using chr::minutes;
using chr::seconds;
using fleet::Blackout;
using fleet::OntapPolicy;
using fleet::Window;

Result<void> read_timeouts(const YamlNode* node, const std::string& path,
                           fleet::OntapTimeouts& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  const auto limit = [&](std::string_view key, Duration& value) {
    value = reader.duration(key, seconds(1), hours(24)).value_or(value);
  };
  limit("takeover", out.takeover);
  limit("stop", out.stop);
  limit("start", out.start);
  limit("boot", out.boot);
  limit("giveback", out.giveback);
  limit("health", out.health);
  return reader.finish();
}

// Groups of two systems or more, each system once in its group.
void read_apart(MapReader& reader, std::vector<std::vector<UnitId>>& out) {
  for (const auto& group : reader.items("apart")) {
    std::vector<UnitId> systems;
    for (const auto& item : group.items) {
      UnitId system(std::string(trim(item.text)));
      const bool twice = std::find(systems.begin(), systems.end(), system) != systems.end();
      if (system.empty() || twice) {
        return reader.fail(item, twice ? "this system is named twice in its group of apart"
                                       : "apart needs the ids of systems");
      }
      systems.push_back(std::move(system));
    }
    if (systems.size() < 2) {
      return reader.fail(group, "each of apart must be a list of two or more systems");
    }
    out.push_back(std::move(systems));
  }
}

void read_pauses(MapReader& reader, std::set<fleet::Pause>& out) {
  for (const auto& item : reader.items("pause_before")) {
    if (const auto pause = fleet::pause_named(item.text)) {
      out.insert(*pause);
    } else {
      reader.fail(item, "pause_before must be of mediator, takeover, stop, second-node, not '" +
                            one_line(item.text, 60) + "'");
    }
  }
}

void read_handover(MapReader& reader, fleet::Handover& out) {
  const auto* node = reader.member("handover");
  const auto name = reader.text("handover");
  if (node == nullptr || !name) return;
  const auto handover = fleet::handover_named(*name);
  if (!handover) {
    return reader.fail(
        *node, "handover must be shutdown, reboot or takeover, not '" + one_line(*name, 60) + "'");
  }
  out = *handover;
}

Result<void> read_ontap(const YamlNode* node, const std::string& path, OntapPolicy& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  out.poll = reader.duration("poll", milliseconds(100), minutes(1)).value_or(out.poll);
  out.settle = reader.duration("settle", seconds(0), hours(24)).value_or(out.settle);
  out.expected = reader.duration("expected", seconds(1), hours(24)).value_or(out.expected);
  out.width = reader.integer("width", 1, 1000).value_or(out.width);
  read_apart(reader, out.apart);
  read_pauses(reader, out.pause_before);
  read_handover(reader, out.handover);
  out.mediator_reboot = reader.boolean("mediator_reboot").value_or(out.mediator_reboot);
  const auto timeouts = read_timeouts(reader.member("timeouts"), path, out.timeouts);
  return timeouts ? reader.finish() : timeouts;
}

Result<void> read_agents(const YamlNode* node, const std::string& path, fleet::Policy& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  out.agent_soak = reader.duration("soak", seconds(1), hours(24 * 7)).value_or(out.agent_soak);
  return reader.finish();
}

Result<Window> read_window(const YamlNode& node, const std::string& path) {
  MapReader reader(node, path);
  Window out;
  out.cron = reader.text("cron").value_or("");
  out.zone = reader.text("zone").value_or("UTC");
  out.length = reader.duration("for", seconds(1), hours(24 * 31)).value_or(Duration{});
  out.where = reader.where();
  if (const auto* cron = reader.member("cron")) {
    const auto parsed = parse_cron(out.cron);
    if (!parsed) reader.fail(*cron, parsed.error().what);
  } else {
    reader.fail_here("a window needs cron:, when it opens");
  }
  if (const auto* zone = reader.member("zone")) {
    const auto known = check_zone(out.zone);
    if (!known) reader.fail(*zone, known.error().what + "; " + known.error().hint);
  }
  if (reader.member("for") == nullptr) reader.fail_here("a window needs for:, how long it is open");
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return out;
}

// A day without a time of day: the beginning of it, in UTC.
std::optional<chr::sys_days> day_of(std::string_view text) {
  constexpr std::size_t kDate = 10;  // 2026-12-24
  const auto time = parse_utc(text);
  if (!time || text.size() != kDate) return std::nullopt;
  return chr::floor<chr::days>(*time);
}

std::optional<Blackout> blackout_of(std::string_view text, std::string where) {
  const auto slash = text.find('/');
  const auto first = day_of(text.substr(0, slash));
  const auto last = slash == std::string_view::npos ? first : day_of(text.substr(slash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Blackout{*first, *last, std::move(where)};
}

void read_blackout(MapReader& reader, std::vector<Blackout>& out) {
  for (const auto& item : reader.items("blackout")) {
    if (auto days = blackout_of(item.text, reader.path() + ":" + std::to_string(item.line))) {
      out.push_back(*std::move(days));
    } else {
      reader.fail(item,
                  "blackout must be of days, such as 2026-12-24 or 2026-12-24/2027-01-04, "
                  "not '" +
                      one_line(item.text, 60) + "'");
    }
  }
}

}  // namespace

Result<void> read_restart_policy(MapReader& reader, fleet::Policy& out) {
  auto read = read_ontap(reader.member("ontap"), reader.path(), out.ontap);
  if (read) read = read_agents(reader.member("agents"), reader.path(), out);
  if (!read) return read;
  for (const auto& item : reader.items("windows")) {
    V2_TRY(auto window, read_window(item, reader.path()));
    out.windows.push_back(std::move(window));
  }
  read_blackout(reader, out.blackout);
  return {};
}

}  // namespace v2only::config
