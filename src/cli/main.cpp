// v2only: takes EC2 fleets to IMDSv2 only.
#include <malloc.h>
#include <openssl/rand.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/app.h"
#include "net/system_clock.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX wants it declared

namespace v2only::cli {
namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

std::size_t width_of(int fd, bool terminal) {
  constexpr std::size_t kLeast = 40;
  winsize size{};
  const bool known = terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeast;
  return known ? size.ws_col : report::Style().width;
}

report::Style style_of(int fd, bool terminal, const std::map<std::string, std::string>& env) {
  report::Style style;
  style.width = width_of(fd, terminal);
  const auto no_colour = env.find("NO_COLOR");
  const auto term = env.find("TERM");
  const bool dumb = term != env.end() && term->second == "dumb";
  style.colour = terminal && !dumb && (no_colour == env.end() || no_colour->second.empty());
  return style;
}

std::uint64_t seed() {
  std::uint64_t out = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&out), sizeof out) != 1) std::abort();
  return out;
}

// A pipe or socket without a reader has an error pending; a full disk has none.
bool reader_left() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

// Connections to each address of each system, and as a simulation a port for each: thousands in a
// large fleet, and the usual limit of 1,024 is lower than what one may ask for.
void allow_many_sockets() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace
}  // namespace v2only::cli

int main(int argc, char** argv) {
  using namespace v2only;  // NOLINT(google-build-using-namespace): main is outside of it
  // Large texts (pages of instances, plans) go back to the system when they are done with; glibc
  // would otherwise raise the limit with each of them and keep them all.
  constexpr int kLarge = 128 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, kLarge);
  cli::allow_many_sockets();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is for the writer to notice, not to die of
  const net::SystemClock clock;
  auto env = cli::environment();
  const bool out_terminal = isatty(STDOUT_FILENO) == 1;
  const bool err_terminal = isatty(STDERR_FILENO) == 1;
  const auto style = cli::style_of(STDOUT_FILENO, out_terminal, env);
  const auto err_style = cli::style_of(STDERR_FILENO, err_terminal, env);
  const auto home = env.find("HOME");
  cli::App app{std::cout,
               std::cerr,
               std::cin,
               out_terminal,
               err_terminal,
               isatty(STDIN_FILENO) == 1,
               style,
               err_style,
               env,
               home == env.end() ? "/" : home->second,
               clock,
               Random(cli::seed()),
               cli::reader_left,
               [=] { return cli::width_of(STDERR_FILENO, err_terminal); }};
  return cli::run_program(app, {argv + 1, argv + argc});
}
