#include "report/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "core/printable.h"
#include "core/text.h"

namespace v2only::report::test {

void expect_golden(std::string_view name, const std::string& text) {
  const auto path = std::string(V2ONLY_GOLDEN_DIR) + "/" + std::string(name) + ".txt";
  const auto* update = std::getenv("V2ONLY_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream out(path, std::ios::binary);
    out << text;
    ASSERT_TRUE(out.good()) << path << " could not be written";
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in.good()) << path << " is missing; write it with V2ONLY_UPDATE_GOLDEN=1";
  std::stringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(text, expected.str()) << "rewrite it with V2ONLY_UPDATE_GOLDEN=1";
}

std::vector<std::string> lines_of(const std::string& text) { return split(text, '\n'); }

std::string without_escapes(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

void expect_fits(const std::string& text, const Style& style) {
  for (const auto& line : lines_of(text)) {
    if (trim(line).starts_with("aws ")) continue;
    EXPECT_LE(width_of(line), style.width) << line;
  }
}

void expect_clean(const std::string& text) {
  EXPECT_EQ(valid_utf8(text), text);
  for (const auto& line : lines_of(text)) {
    EXPECT_EQ(printable(line), line);
    EXPECT_FALSE(line.ends_with(' ')) << '"' << line << '"';
  }
}

}  // namespace v2only::report::test
