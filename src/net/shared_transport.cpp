#include "net/shared_transport.h"

#include <algorithm>
#include <utility>

namespace v2only::net {

class SharedTransport::Branch final : public Transport {
 public:
  explicit Branch(SharedTransport& shared) : shared_(shared) {}

  RequestId start(Request request, MonoTime deadline) override {
    const auto id = shared_.below_.start(std::move(request), deadline);
    shared_.owners_.emplace(id, this);
    return id;
  }

  // What comes for others meanwhile is no reason to return.
  std::vector<Completion> wait(MonoTime until) override {
    while (kept.empty() && shared_.pull(until)) {
    }
    return std::exchange(kept, {});
  }

  void wake() override { shared_.below_.wake(); }

  std::vector<Completion> kept;

 private:
  SharedTransport& shared_;
};

Transport& SharedTransport::branch() {
  branches_.push_back(std::make_shared<Branch>(*this));
  return *branches_.back();
}

bool SharedTransport::pull(MonoTime until) {
  auto came = below_.wait(until);
  for (auto& completion : came) {
    auto owner = owners_.extract(completion.id);
    if (!owner.empty()) owner.mapped()->kept.push_back(std::move(completion));
  }
  return !came.empty();
}

bool SharedTransport::has_kept() const {
  return std::any_of(branches_.begin(), branches_.end(),
                     [](const auto& branch) { return !branch->kept.empty(); });
}

void SharedTransport::wait(MonoTime until) {
  if (!has_kept()) pull(until);
}

}  // namespace v2only::net
