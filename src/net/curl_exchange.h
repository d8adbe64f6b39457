// One request and its answer on one libcurl easy handle. Private to net/: nothing outside includes
// it. The handle is made once and used for many requests, which saves most of its cost.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <variant>

#include "net/certificate_pin.h"
#include "net/curl_transport.h"
#include "net/url.h"

namespace v2only::net {

class CurlExchange {
 public:
  explicit CurlExchange(const CurlOptions& options);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  // `url` is `request.url`, split. `timeout` is what errors name; the transport keeps the time.
  void prepare(RequestId id, Request request, const Url& url, Duration timeout);
  // What came of it; call once, when libcurl says that the transfer is over, or with
  // CURLE_OPERATION_TIMEDOUT when its time is.
  std::variant<Response, TransportError> finish(CURLcode code);

  CURL* handle() const { return easy_.get(); }
  RequestId id() const { return id_; }

 private:
  struct EasyFree {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void configure();
  void set_trust(const Trust& trust);
  std::variant<Response, TransportError> result(CURLcode code);
  void set_method();
  void set_headers();
  void add_header(const std::string& line);
  TransportError failure(CURLcode code) const;
  TransportErrorKind kind_of(CURLcode code) const;
  std::string detail(TransportErrorKind kind) const;
  std::string ca_unread() const;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_request_begins(void* self, char*, char*, int, int) noexcept;
  static CURLcode on_tls_context(CURL*, void* context, void* self) noexcept;
  bool connection_has_pin();
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);

  std::unique_ptr<CURL, EasyFree> easy_;
  std::unique_ptr<curl_slist, ListFree> lines_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlOptions options_;
  Trust trust_;         // that the handle is set to
  CertificatePin pin_;  // asked for by `trust_`

  RequestId id_ = 0;
  Request request_;
  std::string peer_;
  Duration timeout_{};
  Response response_;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
  bool sent_ = false;
};

}  // namespace v2only::net
