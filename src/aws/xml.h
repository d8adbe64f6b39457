// pugixml as the codecs use it. Private to aws/: its header stays in .cpp files.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only::aws {

// Parses into `document` and gives `<ActionResponse>`; kGarbage, naming the action, for anything
// else. Text that is only blanks is kept: a tag's value may be one.
Result<pugi::xml_node> answer_root(pugi::xml_document& document, std::string_view xml,
                                   const std::string& action);

inline std::string text_of(const pugi::xml_node& node, const char* child) {
  return node.child_value(child);
}

Unexpected<Error> garbage_in(const std::string& action, const std::string& what);

}  // namespace v2only::aws
