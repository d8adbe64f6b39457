#include "drivers/discover.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "aws/ec2.h"
#include "aws/sts.h"
#include "drivers/v1_query.h"

namespace v2only::drivers {
namespace {

using aws::ApiCall;
using aws::ApiReply;

constexpr std::size_t kImagesPerCall = 200;
constexpr Duration kPatience = std::chrono::seconds(1);

// Several calls under way at once, each with what to do with its answer.
class Fan {
 public:
  using Then = std::function<void(const ApiCall&, const ApiReply&)>;

  Fan(aws::Caller& caller, const Clock& clock, const DiscoverOptions& options)
      : caller_(caller), clock_(clock), options_(options) {}

  void ask(ApiCall call, Then then) {
    const auto id = caller_.submit(call);
    open_.emplace(id, Open{std::move(call), std::move(then)});
  }

  // Until every call, and every call that those led to, has been answered.
  Result<void> drain() {
    while (!open_.empty()) {
      if (options_.interrupted && options_.interrupted()) {
        return fail(ErrorCode::kInterrupted, "interrupted; nothing was changed");
      }
      for (const auto& reply : caller_.wait(clock_.now().mono + kPatience)) {
        auto found = open_.extract(reply.id);
        if (found) found.mapped().then(found.mapped().call, reply);
      }
    }
    return {};
  }

 private:
  struct Open {
    ApiCall call;
    Then then;
  };
  aws::Caller& caller_;
  const Clock& clock_;
  const DiscoverOptions& options_;
  std::map<aws::CallId, Open> open_;
};

// What is being put together, and where its errors go.
struct Work {
  Fan fan;
  const DiscoverOptions& options;
  Discovered found;

  void failed(const RegionName& region, std::string why, bool listed = true) {
    found.inventory.scopes.push_back({found.account, region, std::move(why), listed});
  }
  void tell(const std::string& line) const {
    if (options.progress) options.progress(line);
  }
};

// One call, waited for.
Result<ApiReply> call_once(Fan& fan, const ApiCall& call) {
  std::optional<ApiReply> answer;
  fan.ask(call, [&](const ApiCall& /*call*/, const ApiReply& reply) { answer = reply; });
  if (auto drained = fan.drain(); !drained) return Unexpected{std::move(drained).error()};
  if (answer->fate != aws::Fate::kDone) return Unexpected{aws::error_of(call, *answer)};
  return *std::move(answer);
}

Result<std::vector<RegionName>> regions_to_read(Fan& fan, const RegionName& through,
                                                const DiscoverOptions& options) {
  if (!options.all_regions) return options.regions;
  V2_TRY(const auto reply, call_once(fan, aws::describe_regions(through, true)));
  V2_TRY(const auto all, aws::parse_regions(reply.body));
  std::vector<RegionName> out;
  for (const auto& region : all) {
    if (region.opted_in) out.push_back(region.name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void list_instances(Work& work, const RegionName& region, std::size_t so_far,
                    std::string_view token) {
  work.fan.ask(aws::describe_instances(region, {}, token),
               [&work, region, so_far](const ApiCall& call, const ApiReply& reply) {
                 if (reply.fate != aws::Fate::kDone) {
                   return work.failed(region, to_string(aws::error_of(call, reply)), false);
                 }
                 auto page = aws::parse_instances(reply.body, region);
                 if (!page) return work.failed(region, to_string(page.error()), false);
                 auto& all = work.found.inventory.instances;
                 const auto count = so_far + page->instances.size();
                 for (auto& instance : page->instances) {
                   // One account a run: instances of another one cannot be in the answer, but
                   // shared reservations may leave the owner out.
                   if (instance.account.empty()) instance.account = work.found.account;
                   all.push_back(std::move(instance));
                 }
                 if (!page->next_token.empty()) {
                   work.tell(fmt::format("{}: {} instances so far", region.str(), count));
                   return list_instances(work, region, count, page->next_token);
                 }
                 work.found.inventory.scopes.push_back({work.found.account, region, {}});
                 work.tell(fmt::format("{}: {} instances", region.str(), count));
               });
}

// A fleet that changes while it is paged may show an instance twice; an endpoint that does not know
// regions shows every instance in each of them, and what is whose cannot be told then: it stays
// with the region that was asked for first, whichever has answered first.
void drop_duplicates(Work& work) {
  std::map<RegionName, std::size_t> rank;
  for (const auto& region : work.found.regions) rank.emplace(region, rank.size());
  auto& all = work.found.inventory.instances;
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return rank.at(a.region) < rank.at(b.region);
  });
  std::map<InstanceId, RegionName> seen;
  std::set<RegionName> blind;
  std::erase_if(all, [&](const fleet::Instance& instance) {
    const auto [first, fresh] = seen.emplace(instance.id, instance.region);
    if (!fresh && first->second != instance.region) blind.insert(instance.region);
    return !fresh;
  });
  for (const auto& region : blind) {
    work.failed(region, "it lists instances that another region has listed already", false);
  }
}

// The images of one call. Where it failed nothing tells whether an instance is made from NetApp's
// image; an image that EC2 answered without is gone or somebody's own, and no failure.
void take_images(Work& work, const std::set<ImageId>& asked, const ApiCall& call,
                 const ApiReply& reply) {
  std::string why;
  std::map<ImageId, fleet::Image> images;
  if (reply.fate != aws::Fate::kDone) {
    why = to_string(aws::error_of(call, reply));
  } else if (auto parsed = aws::parse_images(reply.body); parsed) {
    images = *std::move(parsed);
  } else {
    why = to_string(parsed.error());
  }
  for (auto& instance : work.found.inventory.instances) {
    if (instance.region != call.region || !asked.contains(instance.image_id)) continue;
    instance.image_unread = !why.empty();
    const auto found = images.find(instance.image_id);
    if (found != images.end()) instance.image = found->second;
  }
  if (!why.empty()) work.failed(call.region, std::move(why));
}

void read_images(Work& work) {
  std::map<RegionName, std::set<ImageId>> wanted;
  for (const auto& instance : work.found.inventory.instances) {
    if (fleet::is_gone(instance.state) || instance.image_id.empty()) continue;
    wanted[instance.region].insert(instance.image_id);
  }
  for (const auto& [region, ids] : wanted) {
    std::vector<ImageId> batch;
    const auto ask = [&work, region = region, &batch] {
      std::set<ImageId> asked(batch.begin(), batch.end());
      work.fan.ask(aws::describe_images(region, std::exchange(batch, {})),
                   [&work, asked = std::move(asked)](const ApiCall& call, const ApiReply& reply) {
                     take_images(work, asked, call, reply);
                   });
    };
    for (const auto& id : ids) {
      batch.push_back(id);
      if (batch.size() == kImagesPerCall) ask();
    }
    if (!batch.empty()) ask();
  }
}

void ask_v1(Work& work, V1Query& query, const RegionName& region,
            std::vector<V1Query::Asked> calls) {
  for (auto& asked : calls) {
    work.fan.ask(std::move(asked.call), [&work, &query, region, batch = asked.batch](
                                            const ApiCall& call, const ApiReply& reply) {
      ask_v1(work, query, region, query.take(batch, call, reply));
      if (!query.finished()) return;
      if (!query.error().empty()) work.failed(region, query.error());
      work.found.inventory.v1.merge(query.readings());
    });
  }
}

// Only where a token is not demanded yet: elsewhere the metric does not exist.
std::map<RegionName, V1Query> v1_queries(const Work& work, WallTime now) {
  std::map<RegionName, std::vector<InstanceId>> ids;
  for (const auto& instance : work.found.inventory.instances) {
    if (fleet::is_gone(instance.state) || instance.options.tokens_required()) continue;
    if (instance.options.endpoint_disabled()) continue;
    ids[instance.region].push_back(instance.id);
  }
  std::map<RegionName, V1Query> out;
  for (auto& [region, list] : ids) {
    out.emplace(region, V1Query(region, std::move(list), now, work.options.look_back));
  }
  return out;
}

}  // namespace

Result<Discovered> discover(aws::Caller& caller, const Clock& clock,
                            const DiscoverOptions& options) {
  Work work{Fan(caller, clock, options), options, {}};
  const auto through = !options.regions.empty()
                           ? options.regions.front()
                           : caller.session().region.value_or(RegionName("us-east-1"));
  V2_TRY(const auto reply, call_once(work.fan, aws::get_caller_identity(through)));
  V2_TRY(const auto identity, aws::parse_caller_identity(reply.body));
  work.found.account = identity.account;
  work.found.caller_arn = identity.arn;
  V2_TRY(work.found.regions, regions_to_read(work.fan, through, options));

  work.found.inventory.read_at = clock.now().wall;
  for (const auto& region : work.found.regions) list_instances(work, region, 0, {});
  if (auto drained = work.fan.drain(); !drained) return Unexpected{std::move(drained).error()};

  drop_duplicates(work);
  read_images(work);
  auto queries =
      options.v1_use ? v1_queries(work, clock.now().wall) : std::map<RegionName, V1Query>();
  for (auto& [region, query] : queries) ask_v1(work, query, region, query.begin());
  if (auto drained = work.fan.drain(); !drained) return Unexpected{std::move(drained).error()};
  return std::move(work.found);
}

}  // namespace v2only::drivers
