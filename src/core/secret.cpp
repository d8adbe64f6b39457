#include "core/secret.h"

#include <openssl/crypto.h>

namespace v2only {

void Secret::wipe() { OPENSSL_cleanse(text_.data(), text_.size()); }

}  // namespace v2only
