#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_set>

#include "core/text.h"

namespace v2only::config {
namespace {

constexpr std::size_t kDeepest = 32;

// Thrown inside this file only: yaml-cpp's own way out of an event handler.
struct Refused {
  int line;
  int column;
  std::string what;
};

// Builds the tree from the parser's events. `open_` holds the containers that are not closed yet.
class Builder final : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { put(mark, {}); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases (*name) are not supported");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode node;
    // A plain ~ or null is nothing; the same in quotes (tag "!") is text.
    const bool null = tag != "!" && (value == "~" || value == "null");
    node.kind = null ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
    if (!null) node.text = value;
    put(mark, std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlMember> member;  // the key has been read, its value has not
    std::unordered_set<std::string> keys;
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, std::string what) {
    throw Refused{mark.line + 1, mark.column + 1, std::move(what)};
  }

  void open(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (open_.size() >= kDeepest) refuse(mark, "nested too deeply");
    if (wants_key()) refuse(mark, "a key has to be plain text");
    Open container;
    container.node.kind = kind;
    container.node.line = mark.line + 1;
    container.node.column = mark.column + 1;
    open_.push_back(std::move(container));
  }

  bool wants_key() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::kMap && !open_.back().member;
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    attach(std::move(node));
  }

  void put(const YAML::Mark& mark, YamlNode node) {
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    if (!wants_key()) return attach(std::move(node));
    auto& container = open_.back();
    if (node.kind != YamlNode::Kind::kScalar) refuse(mark, "a key has to be plain text");
    if (!container.keys.insert(node.text).second) {
      refuse(mark, "'" + one_line(node.text, 60) + "' is given twice");
    }
    container.member = YamlMember{node.text, node.line, node.column, {}};
  }

  void attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (auto& container = open_.back(); container.node.kind == YamlNode::Kind::kMap) {
      container.member->value = std::move(node);
      container.node.members.push_back(std::move(*container.member));
      container.member.reset();
    } else {
      container.node.items.push_back(std::move(node));
    }
  }

  YamlNode root_;
  std::vector<Open> open_;
};

Unexpected<Error> bad(std::string_view path, int line, int column, std::string what) {
  return fail(ErrorCode::kUsage, std::move(what), position(path, line, column));
}

}  // namespace

std::string position(std::string_view path, int line, int column) {
  return std::string(path) + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string position(std::string_view path, const YamlNode& node) {
  return position(path, node.line, node.column);
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view path) {
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder;
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    auto root = builder.take();
    Builder second;
    if (parser.HandleNextDocument(second)) {
      return bad(path, second.take().line, 1, "only one YAML document may stand in the file");
    }
    return root;
  } catch (const Refused& refused) {
    return bad(path, refused.line, refused.column, refused.what);
  } catch (const YAML::Exception& error) {
    return bad(path, std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1,
               "not valid YAML: " + one_line(error.msg, 120));
  } catch (const std::exception& error) {
    return bad(path, 1, 1, "not valid YAML: " + one_line(error.what(), 120));
  }
}

}  // namespace v2only::config
