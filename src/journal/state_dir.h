// The state directory: where the journal and the runs' locks are.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/ids.h"
#include "core/result.h"
#include "journal/journal.h"

namespace v2only::journal {

// statfs(2)'s f_type for a path; handed in so that a test can say "NFS".
using FileSystemType = std::function<Result<std::int64_t>(const std::string& path)>;
Result<std::int64_t> file_system_type(const std::string& path);

// Makes the directory (mode 0700) where it is missing, refuses one on a network file system
// (SQLite's WAL needs shared memory that those do not have), and one that cannot be written.
Result<void> prepare_state_dir(const std::string& dir, const FileSystemType& type_of);

// Made, where it is missing, with mode 0600.
Result<std::unique_ptr<Journal>> open_journal(const std::string& dir);

// Holds a run while a process works on it: flock(2) on DIR/RUN.lock, free again when the process
// ends, however it ends.
class RunLock {
 public:
  // kConflict when another process holds it.
  static Result<RunLock> take(const std::string& dir, const RunId& run);
  // Whether some process holds it now.
  static bool is_held(const std::string& dir, const RunId& run);
  RunLock(RunLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  RunLock& operator=(RunLock&& other) noexcept;
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

 private:
  explicit RunLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace v2only::journal
