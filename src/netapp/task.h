// Following what the Console was asked to do, by its request id, as calls and answers.
#pragma once

#include <string>

#include "netapp/console_caller.h"
#include "netapp/job.h"

namespace v2only::netapp {

class TaskWatch {
 public:
  // `agent`: that the request went to; empty in restricted mode.
  TaskWatch(std::string request_id, std::string agent);

  // The call for the next look; how often is for the caller to decide.
  ConsoleCall call() const;
  // As of ONTAP's jobs: a task that nobody knows any more is kVanished, never success.
  JobState take(const ConsoleReply& reply);

  // The Console's words where it failed, or why it could not be read; one line, may be empty.
  const std::string& said() const { return said_; }

 private:
  std::string request_id_;
  std::string agent_;
  std::string said_;
};

}  // namespace v2only::netapp
