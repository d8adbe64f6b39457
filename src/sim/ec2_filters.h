// DescribeInstances' filters: values of one filter are alternatives, filters all have to match.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/call.h"
#include "sim/state.h"

namespace v2only::sim {

// An instance as one read shows it.
struct Candidate {
  const fleet::Instance& instance;
  Glimpse now;
  std::string_view availability_zone;
  std::string_view subnet;
  std::string_view vpc;
};

class InstanceFilters {
 public:
  // Filter.N.Name and Filter.N.Value.M; an unknown name is refused, as are more than 200 values.
  static Result<InstanceFilters, ApiFault> read(const Form& form);

  bool match(const Candidate& candidate) const;
  // The ids that an instance-id filter names, where it has no wildcard: they can be looked up.
  // That filter is then satisfied by the look-up.
  const std::vector<std::string>* ids() const { return ids_.empty() ? nullptr : &ids_; }
  // All of them as one text: what a pagination token is bound to.
  const std::string& text() const { return text_; }

 private:
  // A single-valued attribute, or the tag look-ups.
  using Attribute = std::string (*)(const Candidate&);
  struct Filter {
    Attribute attribute = nullptr;
    bool tag_key = false;
    std::string tag;  // of tag:KEY
    std::vector<std::string> values;
  };
  static Attribute attribute_of(std::string_view name);
  static Result<Filter, ApiFault> filter_of(std::string_view name);
  static bool matches(const Filter& filter, const Candidate& candidate);

  std::vector<Filter> filters_;
  std::vector<std::string> ids_;
  std::string text_;
};

// Whether one of the values, wildcards included, is the text.
bool matches_any(const std::vector<std::string>& values, std::string_view text);

// Filter.N as pairs of name and values, for every action that has them.
struct RawFilter {
  std::string name;
  std::vector<std::string> values;
};
Result<std::vector<RawFilter>, ApiFault> read_filters(const Form& form);
ApiFault unknown_filter(std::string_view name);

}  // namespace v2only::sim
