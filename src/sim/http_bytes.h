// Answers as they go over the wire.
#pragma once

#include <string>

#include "net/transport.h"

namespace v2only::sim {

std::string to_bytes(const net::Response& response, bool keep_alive);
// An answer that ends inside its body, or inside its head where it has no body.
std::string half_of(const net::Response& response);
// Of the server itself, to what it can not read.
net::Response plain_answer(int status, std::string why);

}  // namespace v2only::sim
