// The little of SQLite's C interface that the journal uses, with owners and Results.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only::journal {

class Database;

class Statement {
 public:
  Statement& bind(int index, std::string_view text);
  // Without a copy: the text must live until the statement has run.
  Statement& bind_whole(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  // True: a row is there. False: done.
  Result<bool> step();
  Result<void> run();  // to the end, and ready for the next use
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  void reset();

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement(Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::string& path);

  Result<void> execute(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  // What SQLite says of the last failure, in one line with what to do about it.
  Error error(std::string_view doing) const;
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace v2only::journal
