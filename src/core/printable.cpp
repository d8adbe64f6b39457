#include "core/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace v2only {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, East_Asian_Width W and F, by block: enough for names.
constexpr std::array<Range, 14> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0x4DBF},
                                          {0x4E00, 0x9FFF},
                                          {0xA000, 0xA4CF},
                                          {0xA960, 0xA97F},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0xFFE0, 0xFFE6},
                                          {0x1F300, 0x1F64F},
                                          {0x1F680, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 5> kCombining = {
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
// Soft hyphen, Arabic letter mark, zero-width and bidirectional controls, line separators, BOM,
// interlinear marks, tags.
constexpr std::array<Range, 8> kUnseen = {{{0x00AD, 0x00AD},
                                           {0x061C, 0x061C},
                                           {0x180E, 0x180E},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFEFF, 0xFEFF},
                                           {0xE0000, 0xE007F}}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct Character {
  std::optional<char32_t> code;  // nothing: a byte that is no UTF-8
  std::string_view bytes;
};

std::size_t length_by(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

// Takes the next character off the front; `text` is not empty.
Character next(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = length_by(lead);
  char32_t code = length <= 1 ? lead : lead & (0xFFU >> (length + 1));
  bool good = length > 0 && length <= text.size();
  for (std::size_t i = 1; good && i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    good = (byte & 0xC0U) == 0x80U;
    code = (code << 6U) | (byte & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  good = good && code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  Character out{good ? std::optional(code) : std::nullopt, text.substr(0, good ? length : 1)};
  text.remove_prefix(out.bytes.size());
  return out;
}

std::size_t columns_of(const Character& character) {
  if (!character.code) return 1;
  if (is_in(kCombining, *character.code)) return 0;
  return is_in(kWide, *character.code) ? 2 : 1;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = next(text);
    if (!character.code || is_in(kUnseen, *character.code)) {
      out += kReplacement;
    } else if (is_control(*character.code)) {
      out += ' ';
    } else {
      out += character.bytes;
    }
  }
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = next(text);
    out += character.code ? character.bytes : kReplacement;
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += columns_of(next(text));
  return width;
}

std::string_view take_columns(std::string_view& text, std::size_t width) {
  const auto whole = text;
  std::size_t used = 0;
  auto rest = text;
  while (!rest.empty()) {
    auto after = rest;
    const auto columns = columns_of(next(after));
    if (used + columns > width && rest.size() < whole.size()) break;
    used += columns;
    rest = after;
  }
  text = rest;
  return whole.substr(0, whole.size() - rest.size());
}

std::string shorten(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width <= 1) return width == 0 ? "" : "…";
  const auto head = take_columns(text, width - 1);
  // A first character that is wider than the room is left out too.
  return (width_of(head) < width ? std::string(head) : std::string()) + "…";
}

}  // namespace v2only
