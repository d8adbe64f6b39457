// Result<T>: a value or an Error. The names are std::expected's, which g++ 12 has only in C++23.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace v2only {

// What became of an Error decides an exit code or a retry; the text is for a person.
enum class ErrorCode {
  kUsage,        // the caller's own input is wrong: flag, file, field
  kNotFound,     // what was named does not exist
  kDenied,       // the other side said no (IAM, credentials)
  kThrottled,    // the other side said not now
  kUnreachable,  // no answer, or only part of one
  kGarbage,      // an answer that makes no sense
  kConflict,     // somebody else holds or has changed it
  kStorage,      // disk, state directory, journal
  kInterrupted,  // the person wanted to leave; nothing was changed
  kInternal,     // a promise of this program broke
};

// One clear line: what failed, on what, what to do.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string what;  // "ONTAP 9.12.1P1 cannot run on IMDSv2 only"
  std::string on;    // where: "facts.yaml:3:12", "i-0ab1 (eu-west-1)"; may be empty
  std::string hint;  // what to do: "upgrade, then: v2only plan"; may be empty

  friend bool operator==(const Error&, const Error&) = default;
};

// "on: what. Hint." with the empty parts left out.
std::string to_string(const Error& error);

template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

inline Unexpected<Error> fail(ErrorCode code, std::string what, std::string on = {},
                              std::string hint = {}) {
  return {Error{code, std::move(what), std::move(on), std::move(hint)}};
}

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor,hicpp-explicit-conversions): as std::expected
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected<E> unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}
  // NOLINTEND(google-explicit-constructor,hicpp-explicit-conversions)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Asking for what is not there is a broken invariant: it ends the process, in release too.
  const T& value() const& { return *must(std::get_if<0>(&state_)); }
  T& value() & { return *must(std::get_if<0>(&state_)); }
  T&& value() && { return std::move(*must(std::get_if<0>(&state_))); }
  const E& error() const& { return *must(std::get_if<1>(&state_)); }
  E&& error() && { return std::move(*must(std::get_if<1>(&state_))); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  template <class P>
  static P* must(P* pointer) {
    if (pointer == nullptr) std::abort();
    return pointer;
  }

  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions)
  Result(Unexpected<E> unexpected) : error_(std::move(unexpected.error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const E& error() const& {
    if (!error_) std::abort();
    return *error_;
  }
  E&& error() && {
    if (!error_) std::abort();
    return std::move(*error_);
  }

 private:
  std::optional<E> error_;
};

}  // namespace v2only

#define V2_CONCAT_(a, b) a##b
#define V2_CONCAT(a, b) V2_CONCAT_(a, b)

// V2_TRY(auto value, call()): the value, or return the error to the caller.
#define V2_TRY(declaration, expression) \
  V2_TRY_(V2_CONCAT(v2_try_, __COUNTER__), declaration, expression)
#define V2_TRY_(name, declaration, expression)                     \
  auto name = (expression);                                        \
  if (!name) return ::v2only::Unexpected{std::move(name).error()}; \
  declaration = *std::move(name)
