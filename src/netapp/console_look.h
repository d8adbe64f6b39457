// One look at the NetApp Console, as calls and answers: agents with their versions, and CVO
// systems. No waiting in here: whoever drives a ConsoleCaller drives this along.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/console.h"
#include "netapp/console_calls.h"

namespace v2only::netapp {

// What is looked at. With neither agents nor systems named, everything: all agents of the account,
// and the systems of those that are active.
struct ConsoleScope {
  std::string account;
  bool restricted = false;          // the address is an agent, the only one
  std::vector<std::string> agents;  // these only
  std::vector<SystemRef> systems;   // these only

  bool everything() const { return agents.empty() && systems.empty(); }
};

class ConsoleLook {
 public:
  // `asked_at` is the moment of begin(): the reading is dated by it.
  ConsoleLook(ConsoleScope scope, Now asked_at);

  // The calls to be made now, each with a number that take() wants back.
  struct Asked {
    std::size_t number = 0;
    ConsoleCall call;
  };
  std::vector<Asked> begin();
  std::vector<Asked> take(std::size_t number, const ConsoleReply& reply);
  bool finished() const { return open_ == 0; }

  // What has been read; whole once finished. Absent: the list of agents when it could not be read,
  // the systems when no list of them could. An agent or a system that could not be read itself is
  // left out (an agent that is listed keeps an empty version), its error line among `errors`.
  fleet::ConsoleReading reading() const;
  bool login_refused() const { return login_refused_; }

 private:
  enum class Part : std::uint8_t { kAgents, kAgent, kAbout, kSystems, kSystem };
  struct Question {
    Part part = Part::kAgents;
    ConsoleCall call;
    std::string agent;
    SystemRef system;  // of kSystem
  };

  Asked ask(Part part, ConsoleCall call, std::string agent = {}, SystemRef system = {});
  Asked ask_system(const SystemRef& system);
  std::vector<Asked> ask_agents_own(const std::string& agent);
  Result<std::vector<Asked>> read(const Question& question, const std::string& body);
  Result<std::vector<Asked>> read_agents(const std::string& body);
  Result<void> read_agent(const std::string& body);
  Result<void> read_about(const Question& question, const std::string& body);
  Result<std::vector<Asked>> read_systems(const Question& question, const std::string& body);
  Result<void> read_system(const Question& question, const std::string& body);
  void failed(std::string why);

  ConsoleScope scope_;
  std::vector<Question> questions_;
  std::size_t open_ = 0;
  bool login_refused_ = false;
  bool agents_read_ = false;
  bool systems_read_ = false;
  std::vector<SystemRef> listed_;
  std::vector<fleet::ConsoleAgent> agents_;
  std::vector<fleet::ConsoleSystem> systems_;
  fleet::ConsoleReading found_;  // its optional parts are set in reading()
};

}  // namespace v2only::netapp
