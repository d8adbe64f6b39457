#include "config/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace v2only::config {
namespace {

struct Close {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

Unexpected<Error> failed(const std::string& path, int error) {
  const auto code = error == ENOENT || error == ENOTDIR ? ErrorCode::kNotFound
                    : error == EACCES || error == EPERM ? ErrorCode::kDenied
                                                        : ErrorCode::kStorage;
  return fail(code, "cannot be read: " + std::generic_category().message(error), path);
}

Result<std::string> read_all(std::FILE* file, const std::string& path, std::size_t limit) {
  std::string out;
  std::error_code ignored;  // of a pipe there is no size; then it grows
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored && size <= limit) out.reserve(static_cast<std::size_t>(size) + 1);
  std::array<char, 65536> buffer{};
  for (;;) {
    errno = 0;
    const auto got = std::fread(buffer.data(), 1, buffer.size(), file);
    out.append(buffer.data(), got);
    if (out.size() > limit) {
      return fail(ErrorCode::kUsage, "is larger than " + std::to_string(limit) + " bytes", path);
    }
    if (got < buffer.size()) break;
  }
  if (std::ferror(file) != 0) return failed(path, errno);
  return out;
}

}  // namespace

Result<FileText> read_file_of(const std::string& path, std::size_t limit) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "re"));
  if (!file) return failed(path, errno);
  FileText out;
  struct stat status {};
  if (fstat(fileno(file.get()), &status) != 0) return failed(path, errno);
  out.only_ours = S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
                  (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  V2_TRY(out.text, read_all(file.get(), path, limit));
  return out;
}

Result<bool> others_may_read(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return failed(path, errno);
  return S_ISREG(status.st_mode) && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  V2_TRY(auto file, read_file_of(path, limit));
  return std::move(file.text);
}

}  // namespace v2only::config
