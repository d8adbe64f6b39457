// Whole files, read with an error that says what is wrong with which.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace v2only::config {

// At most `limit` bytes; a larger file is refused, not cut. kNotFound where there is no such file,
// kDenied where it may not be read.
Result<std::string> read_file(const std::string& path, std::size_t limit = 64U << 20U);

// The same, with whose the file is: judged on what was opened, not on what the path names later.
struct FileText {
  std::string text;
  bool only_ours = false;  // a plain file of the caller's that nobody else may write
};
Result<FileText> read_file_of(const std::string& path, std::size_t limit = 64U << 20U);

// Whether a plain file's group or the world may read it; errors as read_file has them.
Result<bool> others_may_read(const std::string& path);

}  // namespace v2only::config
