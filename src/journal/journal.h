// The append-only journal of runs: SQLite, one file for all runs of a state directory.
//
// A row is never changed and never deleted. Each row's `chain` is the SHA-256 of the row before it
// and of its own columns, so that a hole or an edit shows. append() returns only when everything in
// it is on the disk (WAL, synchronous=FULL): effects may follow.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace v2only::journal {

// One entry as it stands in the file. What the body means is the engine's.
struct Row {
  std::uint64_t seq = 0;  // from 1, without a gap
  WallTime at{};
  std::string kind;
  int version = 1;
  std::string body;   // canonical JSON
  std::string chain;  // 64 hexadecimal digits
};

struct NewRow {
  std::string kind;
  int version = 1;
  std::string body;
};

// A run as its row in the table of runs has it.
struct RunRow {
  RunId id;
  std::string kind;  // "apply", "rollback"
  RunId of_run;      // what a rollback undoes
  WallTime created{};
  std::string plan_digest;
  std::string account;
  std::string endpoint;
  bool simulated = false;
};

class Journal {
 public:
  // Opens or makes `path`. A file of a later schema, a damaged one or one that cannot be written is
  // refused with a clear line. "file:/NAME?vfs=memdb" keeps it in memory (simulated runs).
  static Result<std::unique_ptr<Journal>> open(const std::string& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // The run and its plan's text, durable when it returns. A plan that has a run already is refused
  // with kConflict and that run's id in `on`. What `may` says of the other runs still holds when
  // the run is there: no other process begins one between the two.
  using Check = std::function<Result<void>()>;
  Result<void> create_run(const RunRow& run, const std::string& plan_text, const Check& may = {});

  // `check` while no other process writes to the journal.
  Result<void> alone(const Check& check);

  // All rows in one commit. A failed commit leaves nothing of them behind.
  Result<void> append(const RunId& run, WallTime at, const std::vector<NewRow>& rows);

  Result<std::vector<RunRow>> runs() const;  // newest first
  Result<std::optional<RunRow>> find_run(const RunId& run) const;
  Result<std::string> plan_text(const RunId& run) const;
  // In order, with the chain verified: a row that was changed, lost or added is named.
  Result<std::vector<Row>> rows(const RunId& run) const;
  // The run's newest row, without a look at those before it.
  Result<std::optional<Row>> last_row(const RunId& run) const;

  // A person's word for a run ("go on"), left for whoever carries it on. It counts for what stood
  // in the journal by then.
  Result<void> leave_word(const RunId& run, WallTime at);
  // Whether a word that counts still waits to be taken: one that came after the run's newest entry
  // of that kind.
  Result<bool> has_word(const RunId& run, const std::string& since_kind) const;
  // Takes the words that were left: whether any came after the run's newest entry of that kind.
  Result<bool> take_word(const RunId& run, const std::string& since_kind);

  // What to do about a journal in which something is damaged.
  std::string restore_hint() const;

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::journal
