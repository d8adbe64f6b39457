#include "journal/sqlite.h"

#include <string>

namespace v2only::journal {
namespace {

constexpr int kBusyTimeoutMs = 5000;

std::string hint_for(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "The disk is full: free some room, then resume the run.";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "Check that it can be written, or choose another with --state-dir.";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "Another process holds it: wait for it to end.";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "The file is damaged: restore it from a backup, or choose another --state-dir.";
    default:
      return {};
  }
}

}  // namespace

Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_whole(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), index, number);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = database_->error("cannot be read or written");
  sqlite3_reset(statement_.get());
  return Unexpected{std::move(error)};
}

Result<void> Statement::run() {
  for (;;) {
    V2_TRY(const bool more, step());
    if (more) continue;
    reset();
    return {};
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(path, handle));
  if (handle == nullptr) return fail(ErrorCode::kStorage, "out of memory", path);
  sqlite3_extended_result_codes(handle, 1);
  if (code != SQLITE_OK) return Unexpected{database->error("cannot be opened")};
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Unexpected{error("cannot be written")};
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                         nullptr) != SQLITE_OK) {
    return Unexpected{error("cannot be read")};
  }
  return Statement(*this, statement);
}

Error Database::error(std::string_view doing) const {
  const int code = sqlite3_extended_errcode(handle_.get());
  const bool busy = (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED;
  return {busy ? ErrorCode::kConflict : ErrorCode::kStorage,
          "the journal " + std::string(doing) + ": " + sqlite3_errmsg(handle_.get()), path_,
          hint_for(code)};
}

}  // namespace v2only::journal
