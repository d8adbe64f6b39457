// Golden texts: tests/report/golden/NAME.txt. V2ONLY_UPDATE_GOLDEN=1 rewrites them; then read the
// difference as a reviewer would.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace v2only::report::test {

void expect_golden(std::string_view name, const std::string& text);

// Every line of the text but those of commands, which are never broken, fits into the width.
void expect_fits(const std::string& text, const Style& style);
// No control character but the newline, and no trailing blank.
void expect_clean(const std::string& text);

std::vector<std::string> lines_of(const std::string& text);
std::string without_escapes(const std::string& text);

inline constexpr Style k80{80, false};
inline constexpr Style k120{120, false};

}  // namespace v2only::report::test
