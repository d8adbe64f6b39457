#include "net/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

#include "core/digest.h"

namespace v2only::net::testing {
namespace {

void must(bool done) {
  if (!done) std::abort();
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificate::Certificate(const std::string& name)
    : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
  must(key_ && certificate_);
  auto* certificate = certificate_.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  auto* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  must(X509_set_issuer_name(certificate, subject) == 1 &&
       X509_set_pubkey(certificate, key_.get()) == 1);
  add_extension(certificate, NID_subject_alt_name, name);
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  must(X509_sign(certificate, key_.get(), EVP_sha256()) > 0);
}

std::string Certificate::fingerprint() const {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate_.get(), &der);
  must(size > 0);
  auto out =
      "sha256:" + sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return out;
}

std::string Certificate::pem() const {
  auto* bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_X509(bio, certificate_.get()) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

std::unique_ptr<SSL_CTX, OpenSslFree> Certificate::server_context() const {
  std::unique_ptr<SSL_CTX, OpenSslFree> context(SSL_CTX_new(TLS_server_method()));
  must(context && SSL_CTX_use_certificate(context.get(), certificate_.get()) == 1 &&
       SSL_CTX_use_PrivateKey(context.get(), key_.get()) == 1);
  return context;
}

}  // namespace v2only::net::testing
