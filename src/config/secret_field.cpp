#include "config/secret_field.h"

#include <string>

#include "fleet/facts_json.h"

namespace v2only::config {
namespace {

using fleet::SecretName;

bool is_variable_name(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  constexpr std::string_view kDigits = "0123456789";
  if (name.empty() || kLetters.find(name.front()) == std::string_view::npos) return false;
  return name.find_first_not_of(std::string(kLetters).append(kDigits)) == std::string_view::npos;
}

// What is wrong with the name; empty when nothing is.
std::string_view objection(const SecretName& name, Commands commands) {
  switch (name.kind) {
    case SecretName::Kind::kEnv:
      return is_variable_name(name.value) ? "" : "names no environment variable after env:";
    case SecretName::Kind::kFile:
      // A plan is carried out from another directory than the one that it was made in.
      return name.value.starts_with('/') ? "" : "needs an absolute path after file:";
    case SecretName::Kind::kCommand:
      return commands == Commands::kAllowed
                 ? ""
                 : "may be command:… only in a file that belongs to you and that nobody else may "
                   "write; see to that (chmod go-w), or use env:NAME or file:/PATH";
  }
  return "";
}

}  // namespace

std::optional<SecretName> secret_of(MapReader& reader, std::string_view key, Commands commands) {
  const auto* node = reader.member(key);
  if (node == nullptr) return std::nullopt;
  const std::string label(key);
  if (node->kind != YamlNode::Kind::kScalar) {
    reader.fail(*node, label + " must be a single value");
    return std::nullopt;
  }
  auto name = fleet::secret_name(node->text);
  if (!name) {
    reader.fail(*node, label + ": " + name.error().what);
    return std::nullopt;
  }
  if (const auto wrong = objection(*name, commands); !wrong.empty()) {
    reader.fail(*node, label + " " + std::string(wrong));
    return std::nullopt;
  }
  return *std::move(name);
}

}  // namespace v2only::config
