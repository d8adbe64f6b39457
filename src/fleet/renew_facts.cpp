#include "fleet/renew_facts.h"

#include <utility>

#include "core/text.h"

namespace v2only::fleet {
namespace {

std::string in_words(const std::optional<Consent>& consent) {
  return consent ? consent->text + ", " + consent->by : std::string("none");
}

std::string in_words(const std::optional<WallTime>& time) {
  return time ? format_utc(*time) : std::string("not said");
}

std::string in_words(const std::optional<SecretName>& name) {
  return name ? name->to_text() : std::string("none");
}

class Renewal {
 public:
  explicit Renewal(const Facts& facts) : out_{facts, {}} {}

  void system(const UnitId& id, const SystemFact& given) {
    auto& fact = out_.facts.systems[id];
    take(id.str() + " consent to a failover", fact.failover, given.failover);
    take(id.str() + " consent to an outage", fact.outage, given.outage);
    take(id.str() + " restarted", fact.restarted, given.restarted);
    if (!fact.ontap || !given.ontap) return;
    std::optional<SecretName> password = fact.ontap->password;
    take(id.str() + " password", password, std::optional(given.ontap->password));
    fact.ontap->password = *password;
  }

  void console(const ConsoleAccess& given) {
    if (!out_.facts.console) return;
    auto& console = *out_.facts.console;
    take("console client_id", console.client_id, given.client_id);
    take("console client_secret", console.client_secret, given.client_secret);
    take("console refresh_token", console.refresh_token, given.refresh_token);
  }

  Renewed done() { return std::move(out_); }

 private:
  template <class T>
  void take(const std::string& what, std::optional<T>& fact, const std::optional<T>& given) {
    if (fact == given) return;
    out_.changes.push_back(what + ": " + in_words(fact) + " -> " + in_words(given));
    fact = given;
  }

  Renewed out_;
};

}  // namespace

Renewed renew_facts(const Facts& facts, const Facts& given, const std::set<UnitId>& systems) {
  Renewal out(facts);
  for (const auto& id : systems) {
    const auto found = given.systems.find(id);
    if (found != given.systems.end()) out.system(id, found->second);
  }
  if (given.console) out.console(*given.console);
  return out.done();
}

}  // namespace v2only::fleet
