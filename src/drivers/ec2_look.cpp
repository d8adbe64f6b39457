#include "drivers/ec2_look.h"

#include <algorithm>
#include <utility>

#include "aws/dry_run.h"
#include "aws/ec2.h"
#include "aws/ec2_attribute.h"
#include "aws/ec2_console.h"
#include "aws/ec2_network.h"
#include "aws/ec2_status.h"
#include "aws/ec2_volumes.h"
#include "aws/kms.h"
#include "core/text.h"

namespace v2only::drivers {
namespace {

// The parsed answer, or the line that says why there is none.
template <class Parse>
auto parsed(const aws::ApiCall& call, const aws::ApiReply& reply, Parse parse)
    -> decltype(parse(std::string_view())) {
  if (reply.fate != aws::Fate::kDone) return Unexpected{aws::error_of(call, reply)};
  return parse(std::string_view(reply.body));
}

std::string event_text(const aws::ScheduledEvent& event) {
  auto out = event.code;
  if (event.not_before) out += " from " + format_utc(*event.not_before);
  if (!event.description.empty()) out += " (" + event.description + ")";
  return out;
}

}  // namespace

std::string newest_boot(std::string_view console_output) {
  // Linux's first line of a boot, and systemd's; with the machine's id of the boot where it is
  // told.
  constexpr std::array<std::string_view, 2> kMarks = {"Linux version ", "Booting Linux"};
  std::size_t at = std::string_view::npos;
  for (const auto mark : kMarks) {
    const auto found = console_output.rfind(mark);
    if (found != std::string_view::npos)
      at = at == std::string_view::npos ? found : std::max(at, found);
  }
  if (at == std::string_view::npos) return {};
  // Two boots of one kernel have the same line: where it stands among the others tells them apart.
  std::size_t count = 0;
  for (const auto mark : kMarks) {
    for (auto i = console_output.find(mark); i != std::string_view::npos;
         i = console_output.find(mark, i + 1)) {
      ++count;
    }
  }
  const auto line = console_output.substr(at, console_output.find('\n', at) - at);
  return std::to_string(count) + " " + one_line(line, 120);
}

Ec2Look::Ec2Look(RegionName region, std::vector<InstanceId> members, Ec2Parts parts)
    : region_(std::move(region)), parts_(parts) {
  for (auto& id : members) {
    members_.emplace_back();
    members_.back().id = std::move(id);
  }
}

Ec2Look::Asked Ec2Look::ask(aws::ApiCall call, Take take) {
  const auto number = next_++;
  open_.emplace(number, Open{call, std::move(take)});
  return {number, std::move(call)};
}

std::vector<Ec2Look::Asked> Ec2Look::begin() {
  std::vector<Asked> out = {ask_instances()};
  if (parts_.status) out.push_back(ask_status());
  if (parts_.deep) out.push_back(ask_volumes({}));
  for (const auto& each : members_) {
    if (parts_.deep) {
      for (auto& asked : ask_deep(each.id)) out.push_back(std::move(asked));
      for (auto& asked : ask_permissions(each.id)) out.push_back(std::move(asked));
    }
    if (parts_.boot_mark) out.push_back(ask_boot_mark(each.id, true));
  }
  return out;
}

std::vector<Ec2Look::Asked> Ec2Look::take(std::size_t number, const aws::ApiReply& reply) {
  auto open = open_.extract(number);
  if (open.empty()) return {};
  return open.mapped().take(open.mapped().call, reply);
}

std::vector<InstanceId> Ec2Look::ids() const {
  std::vector<InstanceId> out;
  for (const auto& each : members_) out.push_back(each.id);
  return out;
}

fleet::MemberReading& Ec2Look::member(const InstanceId& id) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const fleet::MemberReading& each) { return each.id == id; });
  return found == members_.end() ? stranger_ : *found;
}

void Ec2Look::failed(const InstanceId& id, const Error& error) {
  member(id).errors.push_back(to_string(error));
}

void Ec2Look::failed_all(const Error& error) {
  for (auto& each : members_) each.errors.push_back(to_string(error));
}

// --- members -------------------------------------------------------------------------------

Ec2Look::Asked Ec2Look::ask_instances() {
  return ask(aws::describe_instances_by_id(region_, ids()),
             [this](const aws::ApiCall& call, const aws::ApiReply& reply) -> std::vector<Asked> {
               const auto page = parsed(call, reply, [&](std::string_view xml) {
                 return aws::parse_instances(xml, region_);
               });
               if (!page) {
                 failed_all(page.error());
                 return {};
               }
               for (const auto& seen : page->instances) {
                 auto& into = member(seen.id);
                 into.state = seen.state;
                 into.private_ip = seen.private_ip;
                 into.launched = seen.launched;
                 into.options = seen.options;
                 into.options_state = seen.options_state;
               }
               return {};
             });
}

Ec2Look::Asked Ec2Look::ask_status() {
  return ask(aws::describe_instance_status(region_, ids()),
             [this](const aws::ApiCall& call, const aws::ApiReply& reply) -> std::vector<Asked> {
               const auto all = parsed(call, reply, aws::parse_instance_status);
               if (!all) {
                 failed_all(all.error());
                 return {};
               }
               for (const auto& status : *all) {
                 auto& into = member(status.id);
                 into.instance_status = status.instance_check;
                 into.system_status = status.system_check;
                 into.events.emplace();
                 for (const auto& event : status.events) {
                   if (!event.is_over()) into.events->push_back(event_text(event));
                 }
               }
               return {};
             });
}

std::vector<Ec2Look::Asked> Ec2Look::ask_deep(const InstanceId& id) {
  auto behaviour = ask(aws::describe_shutdown_behaviour(region_, id),
                       [this, id](const auto& call, const auto& reply) -> std::vector<Asked> {
                         auto said = parsed(call, reply, aws::parse_shutdown_behaviour);
                         if (said) {
                           member(id).shutdown_behaviour = *std::move(said);
                         } else {
                           failed(id, said.error());
                         }
                         return {};
                       });
  auto protection = ask(aws::describe_stop_protection(region_, id),
                        [this, id](const auto& call, const auto& reply) -> std::vector<Asked> {
                          const auto said = parsed(call, reply, aws::parse_stop_protection);
                          if (said) {
                            member(id).stop_protection = *said;
                          } else {
                            failed(id, said.error());
                          }
                          return {};
                        });
  return {std::move(behaviour), std::move(protection)};
}

std::vector<Ec2Look::Asked> Ec2Look::ask_permissions(const InstanceId& id) {
  const auto found = parts_.tried.find(id);
  if (found == parts_.tried.end()) return {};
  member(id).denied.emplace();
  std::vector<Asked> out;
  for (const auto& call : found->second) {
    out.push_back(ask(aws::dry_run(call),
                      [this, id](const auto& tried, const auto& reply) -> std::vector<Asked> {
                        const auto said = aws::dry_run_answer(tried, reply);
                        auto& into = member(id);
                        if (said.permission == aws::Permission::kDenied && into.denied) {
                          into.denied->push_back(id.str() + ": " + said.why);
                        } else if (said.permission == aws::Permission::kUnknown) {
                          into.denied.reset();  // nothing is known of its calls as a whole
                          into.errors.push_back(said.why);
                        }
                        return {};
                      }));
  }
  return out;
}

Ec2Look::Asked Ec2Look::ask_volumes(std::string_view next_token) {
  return ask(aws::describe_volumes(region_, ids(), next_token),
             [this](const aws::ApiCall& call, const aws::ApiReply& reply) -> std::vector<Asked> {
               const auto page = parsed(call, reply, aws::parse_volumes);
               if (!page) {
                 failed_all(page.error());
                 return {};
               }
               for (const auto& volume : page->volumes) {
                 if (volume.kms_key.empty()) continue;
                 for (const auto& attachment : volume.attachments) {
                   keys_[volume.kms_key].push_back(attachment.instance);
                 }
               }
               if (!page->next_token.empty()) return {ask_volumes(page->next_token)};
               for (auto& each : members_) each.bad_keys.emplace();
               std::vector<Asked> out;
               for (const auto& [key, users] : keys_) out.push_back(ask_key(key, users));
               return out;
             });
}

Ec2Look::Asked Ec2Look::ask_key(const std::string& key, std::vector<InstanceId> users) {
  return ask(aws::describe_key(region_, key),
             [this, key, users = std::move(users)](const auto& call,
                                                   const auto& reply) -> std::vector<Asked> {
               const auto said = parsed(call, reply, aws::parse_key);
               for (const auto& id : users) {
                 if (!said) {
                   failed(id, said.error());
                   member(id).bad_keys.reset();  // nothing is known of its keys as a whole
                 } else if (!said->enabled() && member(id).bad_keys) {
                   member(id).bad_keys->push_back("the key " + key + " is " + said->state);
                 }
               }
               return {};
             });
}

// The newest output where the instance type has that; else what is kept of the last boots.
Ec2Look::Asked Ec2Look::ask_boot_mark(const InstanceId& id, bool latest) {
  return ask(aws::get_console_output(region_, id, latest),
             [this, id, latest](const auto& call, const auto& reply) -> std::vector<Asked> {
               const auto said = parsed(call, reply, aws::parse_console_output);
               if (!said && latest && reply.fate == aws::Fate::kRefused) {
                 return {ask_boot_mark(id, false)};
               }
               // That it cannot be read holds nothing up: the status checks tell too.
               if (!said) return {};
               const auto boot = newest_boot(said->text);
               // The two kinds of output tell nothing of each other.
               member(id).boot_mark = boot.empty() ? boot : (latest ? "latest " : "kept ") + boot;
               return {};
             });
}

// --- addresses -------------------------------------------------------------------------------

std::vector<Ec2Look::Asked> Ec2Look::ask_addresses(const std::vector<std::string>& addresses) {
  addresses_asked_ = true;
  for (const auto& address : addresses) addresses_.try_emplace(address);
  if (addresses_.empty()) return {};
  std::vector<Asked> out;
  out.push_back(ask_routes({}));
  out.push_back(ask_interfaces({}));
  return out;
}

void Ec2Look::place(const std::string& address, const std::string& vpc, const InstanceId& at,
                    bool by_route) {
  const auto found = addresses_.find(address);
  if (found != addresses_.end()) found->second.push_back({vpc, at, by_route});
}

Ec2Look::Asked Ec2Look::ask_routes(std::string_view next_token) {
  aws::Filter filter{"route.destination-cidr-block", {}};
  for (const auto& [address, said] : addresses_) filter.values.push_back(address + "/32");
  return ask(aws::describe_route_tables(region_, {filter}, next_token),
             [this](const aws::ApiCall& call, const aws::ApiReply& reply) -> std::vector<Asked> {
               const auto page = parsed(call, reply, aws::parse_route_tables);
               if (!page) {
                 addresses_failed_ = true;
                 errors_.push_back(to_string(page.error()));
                 return {};
               }
               for (const auto& table : page->tables) {
                 for (const auto& route : table.routes) {
                   if (!route.destination.ends_with("/32")) continue;
                   // A route that leads nowhere, or not to an instance, speaks as well.
                   const bool leads = route.state != "blackhole";
                   place(route.destination.substr(0, route.destination.size() - 3), table.vpc,
                         leads ? route.instance : InstanceId(), true);
                 }
               }
               if (page->next_token.empty()) return {};
               return {ask_routes(page->next_token)};
             });
}

// The members' own interfaces only: a private address may be in many VPCs.
Ec2Look::Asked Ec2Look::ask_interfaces(std::string_view next_token) {
  aws::Filter filter{"attachment.instance-id", {}};
  for (const auto& id : ids()) filter.values.push_back(id.str());
  return ask(aws::describe_network_interfaces(region_, {filter}, next_token),
             [this](const aws::ApiCall& call, const aws::ApiReply& reply) -> std::vector<Asked> {
               const auto page = parsed(call, reply, aws::parse_network_interfaces);
               if (!page) {
                 addresses_failed_ = true;
                 errors_.push_back(to_string(page.error()));
                 return {};
               }
               for (const auto& interface : page->interfaces) {
                 vpcs_.insert(interface.vpc);
                 for (const auto& address : interface.addresses) {
                   place(address, interface.vpc, interface.instance, false);
                 }
               }
               if (page->next_token.empty()) return {};
               return {ask_interfaces(page->next_token)};
             });
}

// All that is said of an address in the members' own VPC has to agree: another VPC may lead to the
// same floating address by a gateway.
fleet::AddressReading Ec2Look::reading_of(const std::string& address,
                                          const std::vector<Placed>& said) const {
  fleet::AddressReading out{address, {}};
  std::set<InstanceId> at;
  for (const auto& each : said) {
    if (!each.by_route || vpcs_.count(each.vpc) > 0) at.insert(each.at);
  }
  out.split = at.size() > 1;
  if (at.size() == 1 && !at.begin()->empty()) out.at = *at.begin();
  return out;
}

void Ec2Look::put_into(fleet::SystemReading& reading) const {
  reading.members = members_;
  reading.errors.insert(reading.errors.end(), errors_.begin(), errors_.end());
  if (!addresses_asked_ || addresses_failed_) return;
  reading.addresses.emplace();
  for (const auto& [address, said] : addresses_) {
    reading.addresses->push_back(reading_of(address, said));
  }
}

}  // namespace v2only::drivers
