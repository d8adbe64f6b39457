#include "journal/state_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace v2only::journal {
namespace {

struct NetworkFileSystem {
  std::int64_t type;  // statfs(2)'s f_type
  std::string_view name;
};
constexpr std::array kNetworkFileSystems = {
    NetworkFileSystem{0x6969, "NFS"},      NetworkFileSystem{0xFF534D42, "CIFS"},
    NetworkFileSystem{0xFE534D42, "SMB2"}, NetworkFileSystem{0x517B, "SMB"},
    NetworkFileSystem{0x00C36400, "Ceph"}, NetworkFileSystem{0x5346414F, "AFS"},
    NetworkFileSystem{0x01021997, "9P"},   NetworkFileSystem{0x0BD00BD0, "Lustre"},
};

// How long `take` waits for a lock that is held only because somebody looks whether it is.
constexpr int kTakeAttempts = 20;
constexpr std::chrono::milliseconds kTakePause(10);

std::string lock_path(const std::string& dir, const RunId& run) {
  return dir + "/" + run.str() + ".lock";
}

// For the owner alone from the first moment. A directory that was there keeps its mode: it may be
// /tmp, given by --state-dir.
std::error_code make_dir(const std::string& dir) {
  auto path = std::filesystem::path(dir).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "a/b/"
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return error;
  if (mkdir(path.c_str(), S_IRWXU) == 0) return {};
  const std::error_code why(errno, std::generic_category());
  return std::filesystem::is_directory(path, error) ? std::error_code() : why;
}

// SQLite gives its other files the mode that the database has.
void make_for_owner(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd >= 0) close(fd);
  // What is there is never opened here: to close it would drop SQLite's own locks on it. What
  // cannot be made is for SQLite to say.
}

}  // namespace

Result<std::int64_t> file_system_type(const std::string& path) {
  struct statfs info {};
  if (statfs(path.c_str(), &info) != 0) {
    return fail(ErrorCode::kStorage, std::strerror(errno), path);
  }
  // Some types have their highest bit set: kept as 32 bits without a sign.
  return static_cast<std::int64_t>(static_cast<std::uint32_t>(info.f_type));
}

Result<void> prepare_state_dir(const std::string& dir, const FileSystemType& type_of) {
  if (const auto error = make_dir(dir)) {
    return fail(ErrorCode::kStorage, "the state directory cannot be made: " + error.message(), dir,
                "Choose another with --state-dir.");
  }
  V2_TRY(const auto type, type_of(dir));
  for (const auto& network : kNetworkFileSystems) {
    if (network.type != type) continue;
    return fail(
        ErrorCode::kStorage,
        fmt::format("the state directory is on {}, where the journal is not safe", network.name),
        dir, "Choose a directory on a local disk with --state-dir.");
  }
  if (access(dir.c_str(), W_OK) != 0) {
    return fail(ErrorCode::kStorage,
                std::string("the state directory cannot be written: ") + std::strerror(errno), dir,
                "Choose another with --state-dir.");
  }
  return {};
}

Result<std::unique_ptr<Journal>> open_journal(const std::string& dir) {
  const auto path = dir + "/journal.db";
  make_for_owner(path);
  return Journal::open(path);
}

Result<RunLock> RunLock::take(const std::string& dir, const RunId& run) {
  const auto path = lock_path(dir, run);
  RunLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (lock.fd_ < 0) return fail(ErrorCode::kStorage, std::strerror(errno), path);
  for (int attempt = 1;; ++attempt) {
    if (flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return fail(ErrorCode::kStorage, std::strerror(errno), path);
    if (attempt == kTakeAttempts) break;
    std::this_thread::sleep_for(kTakePause);
  }
  return fail(ErrorCode::kConflict, "another process works on this run", run.str(),
              "See: v2only status " + run.str());
}

bool RunLock::is_held(const std::string& dir, const RunId& run) {
  const RunLock probe(open(lock_path(dir, run).c_str(), O_RDWR | O_CLOEXEC));
  return probe.fd_ >= 0 && flock(probe.fd_, LOCK_SH | LOCK_NB) != 0;
}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

RunLock::~RunLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace v2only::journal
