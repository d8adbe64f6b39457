// Writes XML answers by appending to one string: a page of 1,000 instances is 2 MB of text.
#pragma once

#include <string>
#include <string_view>

namespace v2only::sim {

class XmlWriter {
 public:
  // The caller closes what it opens, in order; names are literals that need no escaping.
  XmlWriter& open(std::string_view name);
  XmlWriter& close(std::string_view name);
  // <name>value</name>, the value escaped.
  XmlWriter& text(std::string_view name, std::string_view value);
  // Text that is XML already.
  XmlWriter& raw(std::string_view xml);

  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// &, <, > and quotes as entities; characters that XML 1.0 has no form for become U+FFFD.
void append_escaped(std::string& out, std::string_view text);

}  // namespace v2only::sim
