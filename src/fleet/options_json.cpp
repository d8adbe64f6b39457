#include "fleet/options_json.h"

#include <boost/json.hpp>

#include "core/text.h"

namespace v2only::fleet {
namespace {

// A number where the text is one, so that what is read back is the same text.
json::value value_of(OptionField field, const std::string& text) {
  if (field == OptionField::kHttpPutResponseHopLimit && text.size() < 10) {
    const auto number = parse_number(text);
    if (number && std::to_string(*number) == text) return static_cast<std::int64_t>(*number);
  }
  return json::value(text);
}

}  // namespace

json::value to_json(const OptionSet& options) {
  json::object out;
  for (const auto field : kOptionFields) {
    if (const auto& text = options.get(field)) out[name_of(field)] = value_of(field, *text);
  }
  return out;
}

OptionSet options_from(ObjectReader& reader, std::string_view key) {
  OptionSet options;
  const auto* object = reader.member(key).if_object();
  if (object == nullptr) {
    reader.fail(key, "must be an object of metadata options");
    return options;
  }
  for (const auto& [name, value] : *object) {
    const auto field = option_field(name);
    if (!field) {
      reader.fail(key, "has no option named " + one_line(name, 60));
    } else if (const auto* text = value.if_string()) {
      options.set(*field, std::string(text->data(), text->size()));
    } else if (const auto* number = value.if_int64()) {
      options.set(*field, std::to_string(*number));
    } else {
      reader.fail(key, "has a value that is neither text nor a number");
    }
  }
  return options;
}

}  // namespace v2only::fleet
