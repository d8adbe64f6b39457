// Colour for a terminal. It only repeats what the words say already.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/style.h"

namespace v2only::report {

enum class Tone : std::uint8_t { kPlain, kStrong, kFaint, kGood, kNews, kWarning, kBad };

// The text in the tone's colour; as it is where the style has no colour, and where it is empty.
std::string paint(std::string_view text, Tone tone, const Style& style);

}  // namespace v2only::report
