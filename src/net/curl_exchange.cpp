#include "net/curl_exchange.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/text.h"

namespace v2only::net {
namespace {

// Below libcurl's own limit of 300 kB, which it does not report apart from other trouble.
constexpr std::size_t kMaxHeaderBytes = 256U << 10U;

// A handle that can not be configured is an exhausted machine or a broken libcurl.
template <class T>
void set(CURL* easy, CURLoption option, T value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) std::abort();
}

bool has_header(const Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const Header& header) { return equals_ignoring_case(header.name, name); });
}

}  // namespace

CurlExchange::CurlExchange(const CurlOptions& options)
    : easy_(curl_easy_init()), options_(options) {
  if (handle() == nullptr) std::abort();
  configure();
}

// What holds for every request; the handle is as new before.
void CurlExchange::configure() {
  auto* easy = handle();
  set(easy, CURLOPT_PRIVATE, this);
  set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy, CURLOPT_NOSIGNAL, 1L);
  // A resolver thread that hangs must not hold up the answer to a request whose time is over.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_TCP_NODELAY, 1L);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  if (!options_.ca_bundle.empty()) set(easy, CURLOPT_CAINFO, options_.ca_bundle.c_str());
  if (options_.ignore_environment_proxies) set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(easy, CURLOPT_PREREQFUNCTION, &CurlExchange::on_request_begins);
  set(easy, CURLOPT_PREREQDATA, static_cast<void*>(this));
}

// libcurl has no way back to its own defaults but a reset, so that a handle's trust is changed by
// one. A kept connection carries a request only where verification, CA file and CA blob are the
// same; the pin stands in the blob for that, where it is never read as a certificate: with
// verification off, libcurl goes on without one, and the handshake is judged by on_tls_context.
void CurlExchange::set_trust(const Trust& trust) {
  if (trust == trust_) return;
  curl_easy_reset(handle());
  configure();
  trust_ = trust;
  pin_ = CertificatePin(trust.fingerprint);
  if (!trust.fingerprint.empty()) {
    curl_blob blob{trust_.fingerprint.data(), trust_.fingerprint.size(), CURL_BLOB_COPY};
    set(handle(), CURLOPT_CAINFO_BLOB, &blob);
    set(handle(), CURLOPT_SSL_VERIFYPEER, 0L);
    set(handle(), CURLOPT_SSL_VERIFYHOST, 0L);
    // A session that is taken up again brings no certificate.
    set(handle(), CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set(handle(), CURLOPT_SSL_CTX_FUNCTION, &CurlExchange::on_tls_context);
    set(handle(), CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  } else if (!trust.ca_file.empty()) {
    set(handle(), CURLOPT_CAINFO, trust.ca_file.c_str());
    set(handle(), CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void CurlExchange::prepare(RequestId id, Request request, const Url& url, Duration timeout) {
  id_ = id;
  request_ = std::move(request);
  peer_ = url.peer();
  timeout_ = timeout;
  response_ = {};
  header_bytes_ = 0;
  too_large_ = false;
  sent_ = false;
  error_text_[0] = '\0';

  set_trust(request_.tls);
  pin_.forget();
  set(handle(), CURLOPT_URL, request_.url.c_str());
  const bool fresh = request_.fresh_connection || request_.connect_only;
  set(handle(), CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  set(handle(), CURLOPT_CONNECT_ONLY, request_.connect_only ? 1L : 0L);
  // libcurl would keep the connection for its user's own bytes.
  set(handle(), CURLOPT_FORBID_REUSE, request_.connect_only ? 1L : 0L);
  set(handle(), CURLOPT_NOPROXY, request_.connect_only ? "*" : static_cast<const char*>(nullptr));
  set_method();
  set_headers();
}

// HTTPGET first: it takes back whatever the handle's last request had set.
void CurlExchange::set_method() {
  const auto& method = request_.method;
  set(handle(), CURLOPT_HTTPGET, 1L);
  set(handle(), CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (method == "HEAD") {
    set(handle(), CURLOPT_NOBODY, 1L);
    return;
  }
  if (method == "POST" || !request_.body.empty()) {
    set(handle(), CURLOPT_POST, 1L);
    set(handle(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(handle(), CURLOPT_POSTFIELDS, request_.body.c_str());
    if (method == "POST") return;
  }
  if (method != "GET" || !request_.body.empty()) {
    set(handle(), CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void CurlExchange::add_header(const std::string& line) {
  auto* longer = curl_slist_append(lines_.get(), line.c_str());
  if (longer == nullptr) std::abort();
  (void)lines_.release();
  lines_.reset(longer);
}

// What libcurl would add of its own is taken out: the request is sent as it was signed.
void CurlExchange::set_headers() {
  lines_.reset();
  for (const auto& header : request_.headers) {
    add_header(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  if (!has_header(request_, "Content-Type")) add_header("Content-Type:");
  if (!has_header(request_, "Expect")) add_header("Expect:");
  if (!has_header(request_, "User-Agent") && !options_.user_agent.empty()) {
    add_header("User-Agent: " + options_.user_agent);
  }
  set(handle(), CURLOPT_HTTPHEADER, lines_.get());
}

// An idle handle keeps neither a body nor headers with credentials in memory.
std::variant<Response, TransportError> CurlExchange::finish(CURLcode code) {
  auto out = result(code);
  set(handle(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  set(handle(), CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
  lines_.reset();
  request_ = {};
  response_ = {};
  return out;
}

std::variant<Response, TransportError> CurlExchange::result(CURLcode code) {
  if (code != CURLE_OK) return failure(code);
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

TransportErrorKind CurlExchange::kind_of(CURLcode code) const {
  using Kind = TransportErrorKind;
  if (too_large_) return Kind::kTooLarge;
  if (pin_.refused()) return Kind::kTls;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return Kind::kResolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
      return Kind::kConnect;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return Kind::kProxy;
    case CURLE_OPERATION_TIMEDOUT:
      return Kind::kTimeout;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return Kind::kCut;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:  // libcurl's word for "HTTP/0.9", that is: for no status line
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return Kind::kNotHttp;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return Kind::kTls;
    default:
      return Kind::kOther;
  }
  if (sent_) return Kind::kCut;
  // Before the request itself, bytes only go to and fro with a proxy (CONNECT).
  long connect_status = 0;
  curl_easy_getinfo(handle(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
  return connect_status != 0 ? Kind::kProxy : Kind::kConnect;
}

std::string CurlExchange::detail(TransportErrorKind kind) const {
  using Kind = TransportErrorKind;
  switch (kind) {
    case Kind::kResolve:
      return "the host name has no address";
    case Kind::kTimeout:
      return sent_ ? "no whole answer within " + format_duration(timeout_)
                   : "no connection within " +
                         format_duration(std::min(timeout_, options_.connect_timeout));
    case Kind::kCut:
      return response_.body.empty() && header_bytes_ == 0
                 ? "the connection ended before any answer"
                 : "the connection ended inside the answer";
    case Kind::kNotHttp:
      return "what came back is not HTTP";
    case Kind::kTooLarge:
      return "the answer is larger than " + std::to_string(request_.max_response_bytes) + " bytes";
    case Kind::kConnect: {
      long os_error = 0;
      curl_easy_getinfo(handle(), CURLINFO_OS_ERRNO, &os_error);
      if (os_error == 0) return "no connection";
      return "no connection: " + std::generic_category().message(static_cast<int>(os_error));
    }
    case Kind::kTls:
      if (pin_.refused()) return pin_.refusal();
      break;
    case Kind::kProxy:
    case Kind::kOther:
      break;
  }
  return std::string(name_of(kind)) + ": " + one_line(error_text_.data(), 160);
}

// libcurl tells a missing file and one without certificates in words of its own, and alike.
std::string CurlExchange::ca_unread() const {
  const auto& file = trust_.ca_file.empty() ? options_.ca_bundle : trust_.ca_file;
  return "the CA file " + one_line(file, 120) + " cannot be read as certificates (PEM)";
}

TransportError CurlExchange::failure(CURLcode code) const {
  TransportError error;
  error.kind = kind_of(code);
  error.ca_unread = code == CURLE_SSL_CACERT_BADFILE;
  // libcurl calls on_request_begins when the connection stands (TCP, proxy, TLS) and before the
  // request's first byte: where it was not called, nothing can have been sent.
  error.sent = sent_ ? Sent::kMaybe : Sent::kNo;
  error.message = peer_ + ": " + (error.ca_unread ? ca_unread() : detail(error.kind));
  return error;
}

int CurlExchange::on_request_begins(void* self, char*, char*, int, int) noexcept {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (!exchange.connection_has_pin()) return CURL_PREREQFUNC_ABORT;
  exchange.sent_ = true;
  return CURL_PREREQFUNC_OK;
}

CURLcode CurlExchange::on_tls_context(CURL*, void* context, void* self) noexcept {
  static_cast<CurlExchange*>(self)->pin_.guard(context);
  return CURLE_OK;
}

// Looked at before each request, on a kept connection too: which connections libcurl takes to be
// alike is for libcurl to say, and a secret must not hang on it.
bool CurlExchange::connection_has_pin() {
  if (trust_.fingerprint.empty()) return true;
  curl_tlssessioninfo* info = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_TLS_SSL_PTR, &info);
  return info != nullptr && info->backend == CURLSSLBACKEND_OPENSSL &&
         pin_.accepts_connection(info->internals);
}

std::size_t CurlExchange::on_header(char* data, std::size_t size, std::size_t count,
                                    void* self) noexcept {
  const std::string_view line(data, size * count);
  return static_cast<CurlExchange*>(self)->take_header(line) ? line.size() : 0;
}

std::size_t CurlExchange::on_body(char* data, std::size_t size, std::size_t count,
                                  void* self) noexcept {
  const std::string_view bytes(data, size * count);
  return static_cast<CurlExchange*>(self)->take_body(bytes) ? bytes.size() : CURL_WRITEFUNC_ERROR;
}

bool CurlExchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    too_large_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) response_.headers.clear();  // after a 100 comes the real one
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.push_back(
      {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
  return true;
}

bool CurlExchange::take_body(std::string_view bytes) {
  if (bytes.size() > request_.max_response_bytes - response_.body.size()) {
    too_large_ = true;
    return false;
  }
  response_.body.append(bytes);
  return true;
}

}  // namespace v2only::net
