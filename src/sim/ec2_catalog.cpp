// DescribeRegions and DescribeImages: what does not change while the world runs.
#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "sim/ec2_filters.h"
#include "sim/ec2_service.h"
#include "sim/token.h"
#include "sim/xml_writer.h"

namespace v2only::sim {
namespace {

// The regions that every account has from its beginning; others must be opted into.
constexpr std::array<std::string_view, 17> kEnabledByDefault = {
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",
    "eu-west-2",      "eu-west-3",      "sa-east-1",      "us-east-1",  "us-east-2",
    "us-west-1",      "us-west-2"};

struct Region {
  std::string name;
  std::string endpoint;
  std::string opt_in;
};

std::vector<Region> all_regions(const WorldSpec& spec) {
  std::vector<Region> regions;
  const auto add = [&](const RegionName& name, std::string_view opt_in) {
    regions.push_back({name.str(), "ec2." + name.str() + ".amazonaws.com", std::string(opt_in)});
  };
  for (const auto& name : spec.regions) {
    const bool by_default = std::find(kEnabledByDefault.begin(), kEnabledByDefault.end(),
                                      name.str()) != kEnabledByDefault.end();
    add(name, by_default ? "opt-in-not-required" : "opted-in");
  }
  for (const auto& name : spec.regions_not_opted_in) add(name, "not-opted-in");
  return regions;
}

Result<std::string, ApiFault> attribute(const Region& region, std::string_view filter) {
  if (filter == "region-name") return region.name;
  if (filter == "endpoint") return region.endpoint;
  if (filter == "opt-in-status") return region.opt_in;
  return Unexpected{unknown_filter(filter)};
}

struct NamedImage {
  std::string id;
  fleet::Image image;
};

Result<std::string, ApiFault> attribute(const NamedImage& image, std::string_view filter) {
  if (filter == "image-id") return image.id;
  if (filter == "name") return image.image.name;
  if (filter == "owner-id") return image.image.owner;
  if (filter == "state") return std::string("available");
  if (filter == "architecture") return std::string("x86_64");
  return Unexpected{unknown_filter(filter)};
}

// Keeps what every filter matches.
template <class T>
Result<void, ApiFault> apply_filters(const Form& form, std::vector<T>& items) {
  V2_TRY(const auto filters, read_filters(form));
  for (const auto& filter : filters) {
    if (auto known = attribute(T{}, filter.name); !known) return Unexpected{known.error()};
    std::erase_if(items, [&](const T& item) {
      return !matches_any(filter.values, attribute(item, filter.name).value());
    });
  }
  return {};
}

Result<void, ApiFault> choose_regions(const Call& call, std::vector<Region>& regions) {
  V2_TRY(const bool all, read_flag(call.form, "AllRegions"));
  if (!all) std::erase_if(regions, [](const Region& r) { return r.opt_in == "not-opted-in"; });
  const auto names = call.form.list("RegionName");
  for (const auto name : names) {
    const auto known = [&](const Region& r) { return r.name == name; };
    if (std::none_of(regions.begin(), regions.end(), known)) {
      return refuse("InvalidParameterValue", "Invalid region names provided: " + one_line(name));
    }
  }
  if (!names.empty()) {
    std::erase_if(regions, [&](const Region& r) {
      return std::find(names.begin(), names.end(), r.name) == names.end();
    });
  }
  return apply_filters(call.form, regions);
}

bool is_image_id(std::string_view text) {
  return text.substr(0, 4) == "ami-" && (text.size() == 12 || text.size() == 21) &&
         text.find_first_not_of("0123456789abcdef", 4) == std::string_view::npos;
}

Result<std::vector<NamedImage>, ApiFault> choose_images(const Ec2& ec2, const Call& call) {
  std::vector<NamedImage> chosen;
  std::vector<std::string> missing;
  const auto ids = call.form.list("ImageId");
  for (const auto id : ids) {
    if (!is_image_id(id)) {
      return refuse("InvalidAMIID.Malformed", "Invalid id: \"" + one_line(id) + "\"");
    }
    const auto found = ec2.images.find(ImageId(std::string(id)));
    if (found == ec2.images.end()) {
      missing.emplace_back(id);
    } else {
      chosen.push_back({found->first.str(), found->second});
    }
  }
  if (!missing.empty()) {
    return refuse("InvalidAMIID.NotFound", std::string("The image id") +
                                               (missing.size() == 1 ? "" : "s") + " '[" +
                                               join(missing, ", ") + "]' do" +
                                               (missing.size() == 1 ? "es" : "") + " not exist");
  }
  if (ids.empty()) {
    for (const auto& [id, image] : ec2.images) chosen.push_back({id.str(), image});
  }
  return chosen;
}

// "self" is the caller's account.
void keep_owners(const Ec2& ec2, const Call& call, std::vector<NamedImage>& images) {
  const auto owners = call.form.list("Owner");
  if (owners.empty()) return;
  std::erase_if(images, [&](const NamedImage& image) {
    return std::none_of(owners.begin(), owners.end(), [&](std::string_view owner) {
      return owner == image.image.owner ||
             (owner == "self" && image.image.owner == ec2.spec.account.str());
    });
  });
}

// Cuts `images` to the page that is asked for; the token of the next one, or none.
Result<std::string, ApiFault> cut_page(const Call& call, std::vector<NamedImage>& images) {
  constexpr std::string_view kListing = "images";
  std::uint64_t begin = 0;
  if (const auto token = call.form.get_or("NextToken", ""); !token.empty()) {
    const auto position = read_token(kListing, token);
    if (!position || *position > images.size()) {
      return refuse("InvalidPaginationToken", "The pagination token is invalid or has expired");
    }
    begin = *position;
  }
  images.erase(images.begin(), images.begin() + static_cast<std::ptrdiff_t>(begin));
  const auto most = call.form.get("MaxResults");
  if (!most) return std::string();
  const auto size = parse_number(*most);
  if (!size || *size < 1 || *size > 1000) {
    return refuse("InvalidParameterValue", "Value ( " + one_line(*most) +
                                               " ) for parameter maxResults is invalid. "
                                               "Expecting a value from 1 to 1000.");
  }
  if (images.size() <= *size) return std::string();
  images.resize(static_cast<std::size_t>(*size));
  return make_token(kListing, begin + *size);
}

void write_image(XmlWriter& xml, const NamedImage& named) {
  xml.open("item").text("imageId", named.id).text("imageOwnerId", named.image.owner);
  xml.text("imageState", "available").text("name", named.image.name);
  if (!named.image.imds_support.empty()) xml.text("imdsSupport", named.image.imds_support);
  xml.raw("<imageType>machine</imageType><architecture>x86_64</architecture>");
  xml.raw("<rootDeviceType>ebs</rootDeviceType>").close("item");
}

}  // namespace

Served describe_regions(Ec2& ec2, const Call& call) {
  auto regions = all_regions(ec2.spec);
  if (auto ok = choose_regions(call, regions); !ok) return Unexpected{ok.error()};
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  XmlWriter xml;
  xml.raw("<DescribeRegionsResponse xmlns=\"").raw(kEc2Namespace).raw("\">");
  xml.text("requestId", call.request_id).open("regionInfo");
  for (const auto& region : regions) {
    xml.open("item").text("regionName", region.name).text("regionEndpoint", region.endpoint);
    xml.text("optInStatus", region.opt_in).close("item");
  }
  return xml.close("regionInfo").close("DescribeRegionsResponse").take();
}

Served describe_images(Ec2& ec2, const Call& call) {
  V2_TRY(auto images, choose_images(ec2, call));
  if (auto ok = apply_filters(call.form, images); !ok) return Unexpected{ok.error()};
  keep_owners(ec2, call, images);
  V2_TRY(const auto next, cut_page(call, images));
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  XmlWriter xml;
  xml.raw("<DescribeImagesResponse xmlns=\"").raw(kEc2Namespace).raw("\">");
  xml.text("requestId", call.request_id).open("imagesSet");
  for (const auto& image : images) write_image(xml, image);
  xml.close("imagesSet");
  if (!next.empty()) xml.text("nextToken", next);
  return xml.close("DescribeImagesResponse").take();
}

}  // namespace v2only::sim
