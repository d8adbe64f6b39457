#include "net/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/text.h"
#include "net/certificate_pin.h"
#include "net/curl_exchange.h"
#include "net/url.h"

namespace v2only::net {
namespace {

constexpr std::size_t kIdleHandles = 256;
constexpr Duration kLongestPoll = std::chrono::minutes(10);

MonoTime mono_now() { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }

void init_libcurl_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) std::abort();
  });
}

bool breaks_a_line(const Header& header) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  return header.name.empty() || header.name.find_first_of(kBreaks) != std::string::npos ||
         header.value.find_first_of(kBreaks) != std::string::npos;
}

// Why a request's trust cannot be kept; empty when it can.
std::string trust_trouble(const Trust& trust, const Url& url) {
  if (trust.empty()) return {};
  if (url.scheme != "https") return "a certificate is asked for, but the URL is not https";
  if (!trust.fingerprint.empty() && !is_fingerprint(trust.fingerprint)) {
    return "'" + one_line(trust.fingerprint, 80) + "' is not sha256: and 64 hexadecimal digits";
  }
  return {};
}

struct MultiFree {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

}  // namespace

struct CurlTransport::Impl {
  explicit Impl(CurlOptions given) : options(std::move(given)) {
    init_libcurl_once();
    multi.reset(curl_multi_init());
    if (!multi) std::abort();
    const auto limit = static_cast<long>(options.max_connections_per_host);
    curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, limit);
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, limit * 4);
  }
  ~Impl() {
    for (const auto& [id, one] : running) {
      curl_multi_remove_handle(multi.get(), one.exchange->handle());
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::unique_ptr<CurlExchange> take_exchange();
  void begin(RequestId id, Request request, MonoTime deadline);
  void refuse(RequestId id, TransportErrorKind kind, std::string message);
  void end(CurlExchange& exchange, CURLcode code);
  void collect();
  void expire();
  void poll(MonoTime until);

  CurlOptions options;
  std::unique_ptr<CURLM, MultiFree> multi;
  RequestId next_id = 1;
  struct Running {
    std::unique_ptr<CurlExchange> exchange;
    MonoTime deadline;
  };
  std::unordered_map<RequestId, Running> running;
  // Ours, since libcurl does not look at the time of a transfer that waits for a connection.
  std::set<std::pair<MonoTime, RequestId>> deadlines;
  std::vector<std::unique_ptr<CurlExchange>> idle;
  std::vector<Completion> done;
  std::atomic<bool> woken{false};
};

std::unique_ptr<CurlExchange> CurlTransport::Impl::take_exchange() {
  if (idle.empty()) return std::make_unique<CurlExchange>(options);
  auto exchange = std::move(idle.back());
  idle.pop_back();
  return exchange;
}

void CurlTransport::Impl::refuse(RequestId id, TransportErrorKind kind, std::string message) {
  done.push_back({id, TransportError{kind, Sent::kNo, std::move(message)}});
}

void CurlTransport::Impl::begin(RequestId id, Request request, MonoTime deadline) {
  const auto url = parse_url(request.url);
  if (!url) return refuse(id, TransportErrorKind::kOther, to_string(url.error()));
  if (std::any_of(request.headers.begin(), request.headers.end(), breaks_a_line)) {
    return refuse(id, TransportErrorKind::kOther,
                  url->peer() + ": a header without a name, or with a line break in it");
  }
  if (const auto why = trust_trouble(request.tls, *url); !why.empty()) {
    return refuse(id, TransportErrorKind::kTls, url->peer() + ": " + why);
  }
  const auto now = mono_now();
  if (deadline <= now) {
    return refuse(id, TransportErrorKind::kTimeout, url->peer() + ": its time was over at once");
  }
  auto exchange = take_exchange();
  exchange->prepare(id, std::move(request), *url, deadline - now);
  if (curl_multi_add_handle(multi.get(), exchange->handle()) != CURLM_OK) std::abort();
  running.emplace(id, Running{std::move(exchange), deadline});
  deadlines.emplace(deadline, id);
}

void CurlTransport::Impl::end(CurlExchange& exchange, CURLcode code) {
  curl_multi_remove_handle(multi.get(), exchange.handle());
  const auto id = exchange.id();
  done.push_back({id, exchange.finish(code)});
  auto node = running.extract(id);
  deadlines.erase({node.mapped().deadline, id});
  if (idle.size() < kIdleHandles) idle.push_back(std::move(node.mapped().exchange));
}

void CurlTransport::Impl::collect() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto code = message->data.result;  // `message` does not outlive the removal
    CurlExchange* exchange = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    end(*exchange, code);
  }
}

void CurlTransport::Impl::expire() {
  const auto now = mono_now();
  while (!deadlines.empty() && deadlines.begin()->first <= now) {
    end(*running.at(deadlines.begin()->second).exchange, CURLE_OPERATION_TIMEDOUT);
  }
}

void CurlTransport::Impl::poll(MonoTime until) {
  const auto now = mono_now();
  if (!deadlines.empty()) until = std::min(until, deadlines.begin()->first);
  if (until <= now) return;
  const auto left = std::min<Duration>(until - now, kLongestPoll);
  if (curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(left.count()), nullptr) !=
      CURLM_OK) {
    std::abort();
  }
}

CurlTransport::CurlTransport(CurlOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
CurlTransport::~CurlTransport() = default;

RequestId CurlTransport::start(Request request, MonoTime deadline) {
  const auto id = impl_->next_id++;
  impl_->begin(id, std::move(request), deadline);
  return id;
}

std::vector<Completion> CurlTransport::wait(MonoTime until) {
  for (;;) {
    int running = 0;
    if (curl_multi_perform(impl_->multi.get(), &running) != CURLM_OK) std::abort();
    impl_->collect();
    impl_->expire();
    // A wake stays pending beside completions: whoever goes on waiting after them must feel it.
    if (!impl_->done.empty() || impl_->woken.exchange(false) || mono_now() >= until) break;
    impl_->poll(until);
  }
  return std::exchange(impl_->done, {});
}

void CurlTransport::wake() {
  impl_->woken = true;
  curl_multi_wakeup(impl_->multi.get());
}

}  // namespace v2only::net
