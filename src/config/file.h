// Whole files, read with an error that says what is wrong with which.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace v2only::config {

// At most `limit` bytes; a larger file is refused, not cut. kNotFound where there is no such file,
// kDenied where it may not be read.
Result<std::string> read_file(const std::string& path, std::size_t limit = 64U << 20U);

}  // namespace v2only::config
