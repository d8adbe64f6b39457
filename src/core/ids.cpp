#include "core/ids.h"

#include <algorithm>

namespace v2only {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

}  // namespace

bool is_instance_id(std::string_view text) {
  if (!text.starts_with("i-")) return false;
  text.remove_prefix(2);
  return (text.size() == 8 || text.size() == 17) && std::all_of(text.begin(), text.end(), is_hex);
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace v2only
