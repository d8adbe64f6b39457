#include "net/transport.h"

#include <algorithm>

#include "core/text.h"

namespace v2only::net {

std::string_view Response::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& h) {
    return equals_ignoring_case(h.name, name);
  });
  return found == headers.end() ? std::string_view{} : std::string_view(found->value);
}

std::string_view name_of(TransportErrorKind kind) {
  switch (kind) {
    case TransportErrorKind::kResolve:
      return "resolve";
    case TransportErrorKind::kConnect:
      return "connect";
    case TransportErrorKind::kTls:
      return "tls";
    case TransportErrorKind::kProxy:
      return "proxy";
    case TransportErrorKind::kTimeout:
      return "timeout";
    case TransportErrorKind::kCut:
      return "cut";
    case TransportErrorKind::kNotHttp:
      return "not-http";
    case TransportErrorKind::kTooLarge:
      return "too-large";
    case TransportErrorKind::kOther:
      return "other";
  }
  return "other";
}

}  // namespace v2only::net
