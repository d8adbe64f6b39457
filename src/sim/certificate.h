// Self-signed certificates, as ONTAP makes its own.
#pragma once

#include <string>

#include "core/result.h"
#include "core/time.h"

namespace v2only::sim {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;      // P-256
  std::string fingerprint;  // "sha256:" and the hex of the DER
};

// For `name`, from a day before `now` for ten years.
Result<Certificate> self_signed(const std::string& name, WallTime now);

}  // namespace v2only::sim
