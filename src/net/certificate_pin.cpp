#include "net/certificate_pin.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/text.h"

namespace v2only::net {
namespace {

constexpr std::string_view kPrefix = "sha256:";

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// Empty when the certificate cannot be hashed.
std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
    return {};
  }
  return std::string(kPrefix) + to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

bool is_fingerprint(std::string_view text) {
  if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + 64) return false;
  return text.substr(kPrefix.size()).find_first_not_of("0123456789abcdefABCDEF") ==
         std::string_view::npos;
}

CertificatePin::CertificatePin(std::string_view fingerprint) : wanted_(to_lower(fingerprint)) {}

bool CertificatePin::accepts(const void* x509) {
  const auto found = fingerprint_of(static_cast<const X509*>(x509));
  if (!wanted_.empty() && found == wanted_) return true;
  refusal_ = found.empty() ? "the server shows no certificate"
                           : "the certificate is " + found + ", not the pinned one";
  return false;
}

void CertificatePin::guard(void* ssl_ctx) {
  auto* context = static_cast<SSL_CTX*>(ssl_ctx);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // The connection may outlive this pin: nothing may ask it again later.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_cert_verify_callback(
      context,
      [](X509_STORE_CTX* store, void* self) {
        if (static_cast<CertificatePin*>(self)->accepts(X509_STORE_CTX_get0_cert(store))) return 1;
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
      },
      this);
}

bool CertificatePin::accepts_connection(void* ssl) {
  const std::unique_ptr<X509, CertificateFree> leaf(
      SSL_get1_peer_certificate(static_cast<SSL*>(ssl)));
  return accepts(leaf.get());
}

}  // namespace v2only::net
