// DescribeInstances.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/text.h"
#include "sim/ec2_filters.h"
#include "sim/ec2_service.h"
#include "sim/region_network.h"
#include "sim/token.h"
#include "sim/xml_writer.h"

namespace v2only::sim {
namespace {

using fleet::OptionField;

// One listing: who is asked for, from where on, and how far behind the read is.
class Listing {
 public:
  Listing(Ec2& ec2, const Call& call) : ec2_(ec2), call_(call), network_(call.region) {}

  Served answer();

 private:
  Result<void, ApiFault> read_request();
  Result<void, ApiFault> read_ids();
  Result<void, ApiFault> read_page();
  void choose_lag();
  WallTime seen_at(InstanceIndex index) const;
  Candidate candidate(InstanceIndex index) const;
  void look_up(const std::vector<std::string>& ids);
  void write_reservation(XmlWriter& xml, const Candidate& shown) const;
  void write_instance(XmlWriter& xml, const Candidate& shown) const;
  void write_network(XmlWriter& xml, const fleet::Instance& instance) const;
  void note_shown(const Candidate& shown);

  Ec2& ec2_;
  const Call& call_;
  RegionNetwork network_;
  InstanceFilters filters_;
  std::vector<InstanceIndex> looked_up_;
  const std::vector<InstanceIndex>* from_ = nullptr;  // the region's, or looked_up_
  std::uint64_t position_ = 0;
  std::size_t page_ = 0;  // 0: everything
  Duration lag_{};
  std::map<InstanceId, Duration> lag_of_;  // kStale faults of one instance
};

ApiFault malformed_id(std::string_view id) {
  return {"InvalidInstanceID.Malformed", "Invalid id: \"" + one_line(id) + "\""};
}

Result<void, ApiFault> Listing::read_ids() {
  std::vector<std::string> ids;
  std::vector<std::string> missing;
  for (const auto id : call_.form.list("InstanceId")) {
    if (!is_instance_id(id)) return Unexpected{malformed_id(id)};
    ids.emplace_back(id);
    const auto index = ec2_.state.find(InstanceId(ids.back()));
    const bool here = index && ec2_.state.at(*index).region == call_.region &&
                      ec2_.state.is_listed(*index, seen_at(*index));
    if (!here) missing.push_back(ids.back());
  }
  if (missing.size() == 1) {
    return refuse("InvalidInstanceID.NotFound",
                  "The instance ID '" + missing[0] + "' does not exist");
  }
  if (!missing.empty()) {
    return refuse("InvalidInstanceID.NotFound",
                  "The instance IDs '" + join(missing, ", ") + "' do not exist");
  }
  if (!ids.empty()) look_up(ids);
  return {};
}

Result<void, ApiFault> Listing::read_page() {
  if (call_.form.get("MaxResults") && call_.form.has_prefix("InstanceId.")) {
    return refuse("InvalidParameterCombination",
                  "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  V2_TRY(const auto most, read_max_results(call_.form));
  page_ = most.value_or(page_);
  V2_TRY(position_, read_next_token(call_.form, call_.region.str() + '\n' + filters_.text()));
  return {};
}

Result<void, ApiFault> Listing::read_request() {
  V2_TRY(filters_, InstanceFilters::read(call_.form));
  choose_lag();
  from_ = &ec2_.state.in_region(call_.region);
  if (filters_.ids() != nullptr) look_up(*filters_.ids());
  if (auto ok = read_ids(); !ok) return ok;
  if (auto ok = read_page(); !ok) return ok;
  V2_TRY(const bool dry_run, read_flag(call_.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  return {};
}

// Each read is behind by an own draw, so that two reads may go back and forth.
void Listing::choose_lag() {
  if (ec2_.spec.consistency > Duration::zero()) {
    const auto bound = static_cast<std::uint64_t>(ec2_.spec.consistency.count()) + 1;
    lag_ = Duration(static_cast<Duration::rep>(ec2_.random.below(bound)));
  }
  for (const auto* fault : call_.faults.stale) {
    if (fault->instance) {
      lag_of_[*fault->instance] = fault->delay;
    } else {
      lag_ = std::max(lag_, fault->delay);
    }
  }
}

WallTime Listing::seen_at(InstanceIndex index) const {
  if (lag_of_.empty()) return call_.now - lag_;
  const auto own = lag_of_.find(ec2_.state.at(index).id);
  return call_.now - (own == lag_of_.end() ? lag_ : std::max(lag_, own->second));
}

// Ids of this region, in the listing's order, each once; with both InstanceId.N and a filter, those
// named by both.
void Listing::look_up(const std::vector<std::string>& ids) {
  std::vector<InstanceIndex> found;
  for (const auto& id : ids) {
    const auto index = ec2_.state.find(InstanceId(id));
    if (index && ec2_.state.at(*index).region == call_.region) found.push_back(*index);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (from_ == &looked_up_) {
    std::vector<InstanceIndex> both;
    std::set_intersection(found.begin(), found.end(), looked_up_.begin(), looked_up_.end(),
                          std::back_inserter(both));
    found = std::move(both);
  }
  looked_up_ = std::move(found);
  from_ = &looked_up_;
}

Candidate Listing::candidate(InstanceIndex index) const {
  const auto zone = network_.zone_of(index);
  return {ec2_.state.at(index), ec2_.state.glimpse(index, seen_at(index)), network_.zones[zone],
          network_.subnets[zone], network_.vpc};
}

void write_options(XmlWriter& xml, const Glimpse& now) {
  struct Element {
    OptionField field;
    std::string_view name;
  };
  constexpr std::array kElements = {
      Element{OptionField::kHttpTokens, "httpTokens"},
      Element{OptionField::kHttpPutResponseHopLimit, "httpPutResponseHopLimit"},
      Element{OptionField::kHttpEndpoint, "httpEndpoint"},
      Element{OptionField::kHttpProtocolIpv6, "httpProtocolIpv6"},
      Element{OptionField::kInstanceMetadataTags, "instanceMetadataTags"}};
  xml.open("metadataOptions");
  xml.text("state", now.options_state == fleet::OptionState::kPending ? "pending" : "applied");
  for (const auto& [field, name] : kElements) {
    if (const auto& value = now.options.get(field)) xml.text(name, *value);
  }
  xml.close("metadataOptions");
}

void write_tags(XmlWriter& xml, const std::map<std::string, std::string>& tags) {
  if (tags.empty()) return;
  xml.open("tagSet");
  for (const auto& [key, value] : tags) {
    xml.open("item").text("key", key).text("value", value).close("item");
  }
  xml.close("tagSet");
}

void Listing::write_network(XmlWriter& xml, const fleet::Instance& instance) const {
  if (instance.network_interfaces == 0) return;
  xml.open("networkInterfaceSet");
  for (int i = 0; i < instance.network_interfaces; ++i) {
    xml.open("item").text("networkInterfaceId", interface_id(instance, i));
    xml.text("status", "in-use").text("vpcId", network_.vpc);
    if (i == 0 && !instance.private_ip.empty()) xml.text("privateIpAddress", instance.private_ip);
    xml.open("attachment").text("deviceIndex", std::to_string(i)).close("attachment");
    xml.close("item");
  }
  xml.close("networkInterfaceSet");
}

// "CODE: what happened", as AWS writes it.
void write_state_reason(XmlWriter& xml, const Power* power) {
  if (power == nullptr || power->state_reason.empty()) return;
  const auto& reason = power->state_reason;
  xml.open("stateReason").text("code", reason.substr(0, reason.find(':')));
  xml.text("message", reason).close("stateReason");
}

void Listing::write_instance(XmlWriter& xml, const Candidate& shown) const {
  const auto& instance = shown.instance;
  xml.open("item").text("instanceId", instance.id.str()).text("imageId", instance.image_id.str());
  write_instance_state(xml, "instanceState", shown.now.state);
  xml.text("instanceType", instance.type);
  if (shown.now.launched) xml.text("launchTime", format_utc(*shown.now.launched));
  xml.open("placement").text("availabilityZone", shown.availability_zone);
  xml.raw("<tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>");
  if (!fleet::is_gone(shown.now.state)) {
    xml.text("subnetId", shown.subnet).text("vpcId", shown.vpc);
    if (!instance.private_ip.empty()) xml.text("privateIpAddress", instance.private_ip);
  }
  xml.raw(
      "<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>"
      "<hypervisor>xen</hypervisor><platformDetails>Linux/UNIX</platformDetails>");
  if (!instance.iam_instance_profile.empty()) {
    xml.open("iamInstanceProfile").text("arn", instance.iam_instance_profile);
    xml.close("iamInstanceProfile");
  }
  write_network(xml, instance);
  write_tags(xml, shown.now.tags);
  if (const auto index = ec2_.state.find(instance.id)) {
    write_state_reason(xml, ec2_.state.power(*index));
  }
  write_options(xml, shown.now);
  xml.open("operator").text("managed", instance.managed ? "true" : "false");
  if (!instance.managed_by.empty()) xml.text("principal", instance.managed_by);
  xml.close("operator");
  xml.close("item");
}

void Listing::write_reservation(XmlWriter& xml, const Candidate& shown) const {
  const auto& id = shown.instance.id.str();
  xml.open("item").text("reservationId", "r-" + id.substr(2));
  xml.text("ownerId", shown.instance.account.str()).open("instancesSet");
  write_instance(xml, shown);
  xml.close("instancesSet").close("item");
}

void Listing::note_shown(const Candidate& shown) {
  if (!ec2_.state.keeps_log()) return;
  LogEntry line;
  line.kind = LogEntry::Kind::kServed;
  line.at = call_.now;
  line.region = call_.region;
  line.instance = shown.instance.id;
  line.after = shown.now.options;
  line.tags = shown.now.tags;
  line.caller = call_.caller;
  line.detail = call_.action;
  ec2_.shown.push_back(std::move(line));
}

Served Listing::answer() {
  if (auto ok = read_request(); !ok) return Unexpected{ok.error()};
  XmlWriter xml;
  xml.reserve(std::min<std::size_t>(page_ == 0 ? from_->size() : page_, from_->size()) * 1500 +
              500);
  xml.raw("<DescribeInstancesResponse xmlns=\"").raw(kEc2Namespace).raw("\">");
  xml.text("requestId", call_.request_id).open("reservationSet");
  std::size_t written = 0;
  std::optional<std::uint64_t> next;
  for (auto i = position_; i < from_->size(); ++i) {
    const auto index = (*from_)[i];
    if (!ec2_.state.is_listed(index, seen_at(index))) continue;
    const auto shown = candidate(index);
    if (!filters_.match(shown)) continue;
    if (page_ != 0 && written == page_) {
      next = i;
      break;
    }
    write_reservation(xml, shown);
    note_shown(shown);
    ++written;
  }
  xml.close("reservationSet");
  if (next) {
    xml.text("nextToken", make_token(call_.region.str() + '\n' + filters_.text(), *next));
  }
  xml.close("DescribeInstancesResponse");
  return xml.take();
}

}  // namespace

Served describe_instances(Ec2& ec2, const Call& call) { return Listing(ec2, call).answer(); }

}  // namespace v2only::sim
