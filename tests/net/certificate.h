// A self-signed certificate and its key, made anew by the test that wants one.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace v2only::net::testing {

struct OpenSslFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
};

class Certificate {
 public:
  // `name` becomes common name and subject alternative name: "IP:127.0.0.1" or "DNS:cvo1".
  explicit Certificate(const std::string& name);

  std::string fingerprint() const;  // "sha256:…"
  std::string pem() const;
  // A server's context that shows it.
  std::unique_ptr<SSL_CTX, OpenSslFree> server_context() const;

 private:
  std::unique_ptr<EVP_PKEY, OpenSslFree> key_;
  std::unique_ptr<X509, OpenSslFree> certificate_;
};

}  // namespace v2only::net::testing
