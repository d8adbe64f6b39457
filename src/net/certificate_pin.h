// The one certificate that a server must show, where a request names it. Private to net/, and the
// only place that speaks to OpenSSL there: contexts and connections come as libcurl hands them out.
#pragma once

#include <string>
#include <string_view>

namespace v2only::net {

// "sha256:" and 64 hexadecimal digits of either case.
bool is_fingerprint(std::string_view text);

class CertificatePin {
 public:
  CertificatePin() = default;
  explicit CertificatePin(std::string_view fingerprint);

  // Makes every handshake of an SSL_CTX fail but the one with the pinned certificate. The pin must
  // outlive the handshakes; a connection that stands makes no further ones.
  void guard(void* ssl_ctx);
  // Whether the other side of an SSL connection has shown the pinned certificate.
  bool accepts_connection(void* ssl);

  // What was shown instead, since the last forget().
  bool refused() const { return !refusal_.empty(); }
  const std::string& refusal() const { return refusal_; }
  void forget() { refusal_.clear(); }

 private:
  bool accepts(const void* x509);

  std::string wanted_;  // lower case; empty: none
  std::string refusal_;
};

}  // namespace v2only::net
