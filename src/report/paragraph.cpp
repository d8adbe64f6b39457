#include "report/paragraph.h"

#include <algorithm>
#include <utility>

#include "core/printable.h"
#include "core/text.h"

namespace v2only::report {
namespace {

constexpr std::size_t kLeastColumns = 20;  // however narrow the terminal says that it is

class Lines {
 public:
  Lines(std::size_t width, std::string_view first, std::string_view rest)
      : width_(width), rest_(rest), line_(first), used_(width_of(first)) {}

  // `gap` blanks stand before the word where it does not begin a line.
  void word(std::string_view word, std::size_t gap) {
    if (begun_ && used_ + gap + width_of(word) > width_) end_line();
    if (begun_) put(std::string(gap, ' '));
    begun_ = true;
    while (used_ + width_of(word) > width_ && !word.empty()) {
      put(take_columns(word, width_ - std::min(used_, width_ - 1)));
      if (!word.empty()) end_line();
    }
    begun_ = true;
    put(word);
  }

  std::string take() {
    out_ += line_;
    return std::move(out_) + '\n';
  }

 private:
  void put(std::string_view text) {
    line_ += text;
    used_ += width_of(text);
  }
  void end_line() {
    out_ += line_ + '\n';
    line_ = rest_;
    used_ = width_of(rest_);
    begun_ = false;
  }

  std::size_t width_;
  std::string_view rest_;
  std::string out_;
  std::string line_;
  std::size_t used_;
  bool begun_ = false;
};

}  // namespace

std::string paragraph(std::string_view text, const Style& style, std::string_view first,
                      std::string_view rest) {
  const auto indent = std::max(width_of(first), width_of(rest));
  Lines lines(std::max(style.width, indent + kLeastColumns), first, rest);
  std::size_t gap = 0;
  for (const auto& word : split(printable(text), ' ')) {
    if (!word.empty()) lines.word(word, std::exchange(gap, 0));
    ++gap;
  }
  return lines.take();
}

}  // namespace v2only::report
