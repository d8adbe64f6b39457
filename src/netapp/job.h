// Following one of ONTAP's jobs, as calls and answers. ONTAP forgets a finished job after 300 s
// (facts 4.4): one that is gone has ended nobody knows how, and only a look at the real state
// tells.
#pragma once

#include <cstdint>
#include <string>

#include "fleet/ontap.h"
#include "netapp/ontap_caller.h"

namespace v2only::netapp {

enum class JobState : std::uint8_t {
  kUnderWay,  // queued, running, paused, a word that is not known; or this time nobody answered
  kSucceeded,
  kFailed,      // failure() holds ONTAP's words
  kVanished,    // never success
  kUnreadable,  // ONTAP does not let us see it
};

class JobWatch {
 public:
  JobWatch(UnitId system, std::string uuid, OntapPlace place = {});

  // The call for the next look; how often is for the caller to decide.
  OntapCall call() const;
  JobState take(const OntapReply& reply);

  const fleet::OntapFailure& failure() const { return failure_; }
  // What the job last said of itself, or why it could not be read; one line, may be empty.
  const std::string& said() const { return said_; }

 private:
  JobState read(const OntapReply& reply);

  UnitId system_;
  std::string uuid_;
  OntapPlace place_;
  bool seen_ = false;
  fleet::OntapFailure failure_;
  std::string said_;
};

}  // namespace v2only::netapp
