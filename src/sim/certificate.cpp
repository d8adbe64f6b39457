#include "sim/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "core/digest.h"

namespace v2only::sim {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr long kTenYears = 3650;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool fill(X509* x509, EVP_PKEY* key, const std::string& name, WallTime now) {
  const auto serial = sha256(name + format_utc(now)).substr(0, 8);
  std::uint64_t number = 0;
  for (const char c : serial) number = (number << 8U) | static_cast<unsigned char>(c);
  auto seconds =
      static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  auto* subject = X509_get_subject_name(x509);
  const auto* common = reinterpret_cast<const unsigned char*>(name.c_str());
  return X509_set_version(x509, 2) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), number >> 1U) == 1 &&
         X509_time_adj_ex(X509_getm_notBefore(x509), -1, 0, &seconds) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(x509), kTenYears, 0, &seconds) != nullptr &&
         X509_set_pubkey(x509, key) == 1 &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common, -1, -1, 0) == 1 &&
         X509_set_issuer_name(x509, subject) == 1 && X509_sign(x509, key, EVP_sha256()) > 0;
}

std::string fingerprint_of(X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  if (size <= 0) return {};
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return "sha256:" + sha256_hex(bytes);
}

}  // namespace

Result<Certificate> self_signed(const std::string& name, WallTime now) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Ptr x509(X509_new(), X509_free);
  const Bio certificate(BIO_new(BIO_s_mem()), BIO_free);
  const Bio secret(BIO_new(BIO_s_mem()), BIO_free);
  const bool made =
      key && x509 && certificate && secret && fill(x509.get(), key.get(), name, now) &&
      PEM_write_bio_X509(certificate.get(), x509.get()) == 1 &&
      PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  if (!made) return fail(ErrorCode::kInternal, "OpenSSL made no certificate", name);
  return Certificate{text_of(certificate.get()), text_of(secret.get()), fingerprint_of(x509.get())};
}

}  // namespace v2only::sim
