#include "report/json_text.h"

#include "core/printable.h"

namespace v2only::report {
namespace {

// DEL and C1 controls, which JSON allows as they are and a terminal may obey, as escapes. They can
// stand in strings only.
void put_safely(std::string& out, char c) {
  constexpr char kDel = 0x7F;
  if (c == kDel) {
    out += "\\u007f";
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (!out.empty() && out.back() == '\xC2' && byte >= 0x80 && byte < 0xA0) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.pop_back();
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
    return;
  }
  out += c;
}

}  // namespace

JsonText::JsonText() : out_("{") { member("FormatVersion", json::value(kFormatVersion)); }

void JsonText::begin(std::string_view key) {
  close_array();
  if (out_.size() > 1) out_ += ',';
  out_ += "\n  " + json::serialize(json::string(key)) + ": ";
}

void JsonText::put(const json::value& value, std::size_t depth) {
  for (const char c : pretty(value)) {
    put_safely(out_, c);
    if (c == '\n') out_.append(depth * 2, ' ');
  }
}

void JsonText::member(std::string_view key, const json::value& value) {
  begin(key);
  put(value, 1);
}

void JsonText::array(std::string_view key) {
  begin(key);
  out_ += '[';
  in_array_ = true;
  array_empty_ = true;
}

void JsonText::element(const json::value& value) {
  out_ += array_empty_ ? "\n    " : ",\n    ";
  array_empty_ = false;
  put(value, 2);
}

void JsonText::close_array() {
  if (!in_array_) return;
  out_ += array_empty_ ? "]" : "\n  ]";
  in_array_ = false;
}

std::string JsonText::take() {
  close_array();
  out_ += "\n}\n";
  return std::move(out_);
}

json::string text_value(std::string_view text) { return json::string(valid_utf8(text)); }

json::array texts_value(const std::vector<std::string>& texts) {
  json::array out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.emplace_back(text_value(text));
  return out;
}

json::string time_value(WallTime time) { return json::string(format_utc(time)); }

}  // namespace v2only::report
