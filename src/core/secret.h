// A Secret can be used, never shown: no stream operator, no fmt formatter, no conversion.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace v2only {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() { wipe(); }

  // Named so that each use stands out in review: only for signing and for sending.
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  void wipe();

  std::string text_;
};

// Somebody else's text with every occurrence of the secret as "***". A secret shorter than
// `shortest` is left: taking it out would garble words that have nothing to do with it.
std::string without(std::string text, const Secret& secret, std::size_t shortest);

}  // namespace v2only
