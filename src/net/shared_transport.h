// One Transport under several callers in one thread: each has a branch, on which only its own
// completions come out. One loop drives them all: it waits here until the earliest moment that any
// of them is due, and then asks each for what is there.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "net/transport.h"

namespace v2only::net {

class SharedTransport {
 public:
  explicit SharedTransport(Transport& below) : below_(below) {}

  // One more face of the transport. It lives as long as this object.
  Transport& branch();

  // Waits for something to come in for any branch, for wake() of any, or until `until`. What came
  // is kept for its branch's next wait().
  void wait(MonoTime until);

 private:
  class Branch;

  // Whether anything came.
  bool pull(MonoTime until);
  bool has_kept() const;

  Transport& below_;
  std::vector<std::shared_ptr<Branch>> branches_;
  std::unordered_map<RequestId, Branch*> owners_;
};

}  // namespace v2only::net
