#include "aws/shared_config.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "core/text.h"

namespace v2only::aws {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::optional<std::pair<std::string, std::string>> key_and_value(std::string_view line,
                                                                 std::string_view delimiters) {
  const auto at = line.find_first_of(delimiters);
  if (at == std::string_view::npos) return std::nullopt;
  auto key = std::string(trim(line.substr(0, at)));
  if (key.empty()) return std::nullopt;
  return std::pair(std::move(key), std::string(trim(line.substr(at + 1))));
}

// Python's configparser, which botocore uses, decides by indentation what goes on and what begins.
class IniParser {
 public:
  explicit IniParser(const std::string& path) : path_(path) {}

  Result<void> line(std::string_view text) {
    ++number_;
    const auto content = trim(text);
    if (content.empty() || content.starts_with('#') || content.starts_with(';')) return {};
    const auto indent = text.find_first_not_of(kBlanks);
    if (key_ != nullptr && indent > indent_) return go_on(content);
    indent_ = indent;
    key_ = nullptr;
    if (content.starts_with('[')) return section(content);
    return key(content);
  }

  IniSections take() && { return std::move(sections_); }

 private:
  Unexpected<Error> bad(std::string what) const {
    return fail(ErrorCode::kUsage, std::move(what), path_ + ":" + std::to_string(number_),
                "mend that line");
  }

  Result<void> section(std::string_view content) {
    const auto end = content.rfind(']');
    if (end == std::string_view::npos || end < 2) return bad("a [section] without its end");
    const auto [found, fresh] = sections_.try_emplace(std::string(content.substr(1, end - 1)));
    if (!fresh) return bad("the section [" + one_line(found->first, 60) + "] stands twice");
    section_ = &found->second;
    return {};
  }

  Result<void> key(std::string_view content) {
    if (section_ == nullptr) return bad("a line before any [section]");
    auto pair = key_and_value(content, "=:");
    if (!pair) return bad("neither a [section] nor a key = value");
    const auto [found, fresh] =
        section_->values.try_emplace(to_lower(pair->first), std::move(pair->second));
    if (!fresh) return bad("the key " + one_line(found->first, 60) + " stands twice");
    key_ = &*found;
    return {};
  }

  // Under "key =" with nothing after it come nested keys; under a value, more of the value.
  Result<void> go_on(std::string_view content) {
    if (!key_->second.empty()) {
      key_->second.append("\n").append(content);
      return {};
    }
    auto pair = key_and_value(content, "=");
    if (!pair) return bad("an indented line that is not key = value");
    section_->nested[key_->first].insert_or_assign(std::move(pair->first), std::move(pair->second));
    return {};
  }

  const std::string& path_;
  IniSections sections_;
  IniSection* section_ = nullptr;
  std::pair<const std::string, std::string>* key_ = nullptr;
  std::size_t indent_ = std::numeric_limits<std::size_t>::max();
  std::size_t number_ = 0;
};

}  // namespace

Result<IniSections> parse_ini(std::string_view text, const std::string& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  IniParser parser(path);
  for (const auto& line : split(text, '\n')) {
    if (const auto read = parser.line(line); !read) return Unexpected{read.error()};
  }
  return std::move(parser).take();
}

std::string section_name(std::string_view section, std::string_view kind) {
  if (!section.starts_with(kind)) return {};
  const auto rest = section.substr(kind.size());
  if (rest.empty() || kBlanks.find(rest.front()) == std::string_view::npos) return {};
  auto name = trim(rest);
  const bool quoted = name.size() > 2 && name.front() == name.back() &&
                      (name.front() == '"' || name.front() == '\'');
  if (quoted) name = name.substr(1, name.size() - 2);
  return std::string(name);
}

}  // namespace v2only::aws
