#include "config/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>
#include <vector>

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using Clock = chr::steady_clock;

constexpr std::size_t kMost = 64U << 10U;

Unexpected<Error> not_started(int error) {
  return fail(ErrorCode::kStorage,
              "the command could not be started: " + std::generic_category().message(error));
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// What posix_spawn is to do differently from the parent.
class SpawnPlan {
 public:
  explicit SpawnPlan(int out) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t all{};
    sigset_t none{};
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  int run(pid_t& pid, const std::string& line, std::vector<std::string> environment) const {
    std::array<std::string, 3> words = {"sh", "-c", line};
    std::array<char*, 4> argv = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    std::vector<char*> envp;
    envp.reserve(environment.size() + 1);
    for (auto& variable : environment) envp.push_back(variable.data());
    envp.push_back(nullptr);
    return posix_spawn(&pid, "/bin/sh", &actions_, &attributes_, argv.data(), envp.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

enum class Ended { kClosed, kTooLate, kTooMuch, kBroken };

// Reads until the other end is closed; what is past `kMost` is not kept.
Ended read_until(int fd, Clock::time_point deadline, std::string& out) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = chr::ceil<chr::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Ended::kTooLate;
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return Ended::kBroken;
    const auto got = read(fd, buffer.data(), buffer.size());
    if (got == 0) return Ended::kClosed;
    if (got < 0 && errno != EINTR) return Ended::kBroken;
    if (got > 0) out.append(buffer.data(), static_cast<std::size_t>(got));
    std::fill(buffer.begin(), buffer.end(), '\0');
    if (out.size() > kMost) return Ended::kTooMuch;
  }
}

// The status of the child once it has ended; nothing when the time is up before.
std::optional<int> ended_by(pid_t pid, Clock::time_point deadline) {
  for (;;) {
    int status = 0;
    const auto found = waitpid(pid, &status, WNOHANG);
    if (found == pid) return status;
    if (found < 0 && errno != EINTR) return std::nullopt;
    if (Clock::now() >= deadline) return std::nullopt;
    poll(nullptr, 0, 2);
  }
}

void kill_and_reap(pid_t pid, bool reaped) {
  kill(-pid, SIGKILL);
  while (!reaped && waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<void> judge(Ended ended, std::optional<int> status, Duration limit) {
  if (ended == Ended::kTooMuch) {
    return fail(ErrorCode::kGarbage, "the command printed more than 64 KiB");
  }
  if (ended == Ended::kBroken) return fail(ErrorCode::kStorage, "the command could not be read");
  if (!status) {
    return fail(ErrorCode::kUnreachable,
                "the command was not done within " + format_duration(limit) + " and was ended", {},
                "it must not ask for anything: its input is empty");
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  const auto how = WIFEXITED(*status) ? "with status " + std::to_string(WEXITSTATUS(*status))
                                      : "by signal " + std::to_string(WTERMSIG(*status));
  return fail(ErrorCode::kDenied, "the command ended " + how);
}

}  // namespace

Result<Secret> first_line_of(const std::string& line,
                             const std::map<std::string, std::string>& environment,
                             Duration limit) {
  const auto deadline = Clock::now() + limit;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return not_started(errno);
  const Fd out(ends[0]);
  Fd in(ends[1]);
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    variables.push_back(std::string(name).append("=").append(value));
  }
  pid_t pid = 0;
  if (const int error = SpawnPlan(in.get()).run(pid, line, std::move(variables)); error != 0) {
    return not_started(error);
  }
  in.close();
  std::string text;
  text.reserve(kMost + 4096);  // so that no copy of it is left behind by growing
  const auto ended = read_until(out.get(), deadline, text);
  const auto status = ended == Ended::kClosed ? ended_by(pid, deadline) : std::nullopt;
  kill_and_reap(pid, status.has_value());
  const Secret whole(std::move(text));
  if (const auto good = judge(ended, status, limit); !good) return Unexpected{good.error()};
  return Secret(whole.reveal().substr(0, whole.reveal().find_first_of("\r\n")));
}

}  // namespace v2only::config
