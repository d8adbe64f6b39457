#include "core/secret.h"

#include <openssl/crypto.h>

namespace v2only {

void Secret::wipe() { OPENSSL_cleanse(text_.data(), text_.size()); }

std::string without(std::string text, const Secret& secret, std::size_t shortest) {
  const auto& hidden = secret.reveal();
  if (hidden.empty() || hidden.size() < shortest) return text;
  for (auto at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at + 3)) {
    text.replace(at, hidden.size(), "***");
  }
  return text;
}

}  // namespace v2only
