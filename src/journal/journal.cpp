#include "journal/journal.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <thread>

#include "core/digest.h"
#include "journal/sqlite.h"

namespace v2only::journal {
namespace {

constexpr std::int64_t kSchema = 2;  // 2: word

constexpr const char* kTables = R"sql(
  CREATE TABLE IF NOT EXISTS run(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, of_run TEXT NOT NULL, created INTEGER NOT NULL,
    plan_digest TEXT NOT NULL UNIQUE, account TEXT NOT NULL, endpoint TEXT NOT NULL,
    simulated INTEGER NOT NULL, plan TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS entry(
    run TEXT NOT NULL REFERENCES run(id), seq INTEGER NOT NULL, at INTEGER NOT NULL,
    kind TEXT NOT NULL, v INTEGER NOT NULL, body TEXT NOT NULL, chain TEXT NOT NULL,
    PRIMARY KEY(run, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS word(
    run TEXT NOT NULL REFERENCES run(id), seq INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
)sql";

constexpr std::string_view kRunColumns =
    "SELECT id, kind, of_run, created, plan_digest, account, endpoint, simulated FROM run ";

std::int64_t to_millis(WallTime time) { return time.time_since_epoch().count(); }
WallTime from_millis(std::int64_t millis) { return WallTime(Duration(millis)); }

std::string chain_of(const std::string& before, const RunId& run, const Row& row) {
  return sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", before, run.str(), row.seq,
                                to_millis(row.at), row.kind, row.version, row.body));
}

RunRow run_row(const Statement& s) {
  return {RunId(s.text(0)), s.text(1), RunId(s.text(2)), from_millis(s.integer(3)),
          s.text(4),        s.text(5), s.text(6),        s.integer(7) != 0};
}

Row entry_row(const Statement& s) {
  return {static_cast<std::uint64_t>(s.integer(0)),
          from_millis(s.integer(1)),
          s.text(2),
          static_cast<int>(s.integer(3)),
          s.text(4),
          s.text(5)};
}

}  // namespace

// Where the chain of a run stands, so that an append need not read it again.
struct Tail {
  std::uint64_t seq = 0;
  std::string chain;
};

struct Journal::Impl {
  std::unique_ptr<Database> db;
  std::optional<Statement> insert;
  std::map<RunId, Tail> tails;

  Result<void> prepare();
  Result<Tail> tail_of(const RunId& run);
  Result<void> write(const RunId& run, WallTime at, const std::vector<NewRow>& rows, Tail& tail);
};

// The switch to WAL does not wait for others as everything else does: of two that open a new
// journal at once, one would be turned away.
Result<void> set_up(Database& db) {
  using std::chrono::steady_clock;
  const auto until = steady_clock::now() + std::chrono::seconds(5);
  for (;;) {
    auto done =
        db.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
    const bool held = !done && done.error().code == ErrorCode::kConflict;
    if (!held || steady_clock::now() >= until) return done;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Result<void> Journal::Impl::prepare() {
  V2_TRY(auto version, db->prepare("PRAGMA user_version"));
  V2_TRY(const bool there, version.step());
  const auto schema = there ? version.integer(0) : 0;
  version.reset();
  if (schema > kSchema) {
    return fail(ErrorCode::kStorage,
                fmt::format("the journal has schema {}, this version knows {}", schema, kSchema),
                db->path(), "Use a later version of v2only.");
  }
  if (auto r = set_up(*db); !r) return r;
  if (schema < kSchema) {
    if (auto r = db->execute(kTables); !r) return r;
    if (auto r = db->execute("PRAGMA user_version=2"); !r) return r;
  }
  V2_TRY(auto statement, db->prepare("INSERT INTO entry(run, seq, at, kind, v, body, chain) "
                                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  insert.emplace(std::move(statement));
  return {};
}

Result<Tail> Journal::Impl::tail_of(const RunId& run) {
  if (const auto found = tails.find(run); found != tails.end()) return found->second;
  V2_TRY(auto query,
         db->prepare("SELECT seq, chain FROM entry WHERE run = ?1 ORDER BY seq DESC LIMIT 1"));
  query.bind(1, run.str());
  V2_TRY(const bool there, query.step());
  Tail tail;
  if (there) tail = {static_cast<std::uint64_t>(query.integer(0)), query.text(1)};
  return tail;
}

Result<void> Journal::Impl::write(const RunId& run, WallTime at, const std::vector<NewRow>& rows,
                                  Tail& tail) {
  for (const auto& row : rows) {
    const Row full{tail.seq + 1, at, row.kind, row.version, row.body, {}};
    auto chain = chain_of(tail.chain, run, full);
    insert->bind(1, run.str())
        .bind(2, static_cast<std::int64_t>(full.seq))
        .bind(3, to_millis(at))
        .bind(4, row.kind)
        .bind(5, static_cast<std::int64_t>(row.version))
        .bind(6, row.body)
        .bind(7, chain);
    if (auto r = insert->run(); !r) return r;
    tail = {full.seq, std::move(chain)};
  }
  return {};
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  V2_TRY(impl->db, Database::open(path));
  if (auto r = impl->prepare(); !r) return Unexpected{std::move(r).error()};
  return std::unique_ptr<Journal>(new Journal(std::move(impl)));
}

Result<void> Journal::create_run(const RunRow& run, const std::string& plan_text,
                                 const Check& may) {
  auto& db = *impl_->db;
  return alone([&]() -> Result<void> {
    V2_TRY(auto same, db.prepare("SELECT id FROM run WHERE plan_digest = ?1"));
    same.bind(1, run.plan_digest);
    V2_TRY(const bool there, same.step());
    if (there) {
      return fail(ErrorCode::kConflict, "this plan has a run already", same.text(0),
                  "See: v2only status " + same.text(0));
    }
    if (may) {
      if (auto ok = may(); !ok) return ok;
    }
    V2_TRY(auto insert, db.prepare("INSERT INTO run VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    insert.bind(1, run.id.str()).bind(2, run.kind).bind(3, run.of_run.str());
    insert.bind(4, to_millis(run.created)).bind(5, run.plan_digest).bind(6, run.account);
    insert.bind(7, run.endpoint).bind(8, std::int64_t{run.simulated}).bind_whole(9, plan_text);
    return insert.run();
  });
}

Result<void> Journal::alone(const Check& check) {
  auto& db = *impl_->db;
  if (auto r = db.execute("BEGIN IMMEDIATE"); !r) return r;
  auto done = check();
  if (done) done = db.execute("COMMIT");
  if (!done) (void)db.execute("ROLLBACK");
  return done;
}

Result<void> Journal::append(const RunId& run, WallTime at, const std::vector<NewRow>& rows) {
  if (rows.empty()) return {};
  V2_TRY(auto tail, impl_->tail_of(run));
  if (auto r = impl_->db->execute("BEGIN IMMEDIATE"); !r) return r;
  auto done = impl_->write(run, at, rows, tail);
  if (done) done = impl_->db->execute("COMMIT");
  if (!done) {
    (void)impl_->db->execute("ROLLBACK");
    impl_->tails.erase(run);
    return done;
  }
  impl_->tails[run] = std::move(tail);
  return {};
}

Result<std::vector<RunRow>> Journal::runs() const {
  V2_TRY(auto query,
         impl_->db->prepare(std::string(kRunColumns) + "ORDER BY created DESC, rowid DESC"));
  std::vector<RunRow> out;
  for (;;) {
    V2_TRY(const bool more, query.step());
    if (!more) return out;
    out.push_back(run_row(query));
  }
}

Result<std::optional<RunRow>> Journal::find_run(const RunId& run) const {
  V2_TRY(auto query, impl_->db->prepare(std::string(kRunColumns) + "WHERE id = ?1"));
  query.bind(1, run.str());
  V2_TRY(const bool there, query.step());
  if (!there) return std::optional<RunRow>();
  return std::optional(run_row(query));
}

Result<std::string> Journal::plan_text(const RunId& run) const {
  V2_TRY(auto query, impl_->db->prepare("SELECT plan FROM run WHERE id = ?1"));
  query.bind(1, run.str());
  V2_TRY(const bool there, query.step());
  if (!there) return fail(ErrorCode::kNotFound, "there is no such run", run.str());
  return query.text(0);
}

Result<std::vector<Row>> Journal::rows(const RunId& run) const {
  V2_TRY(auto query, impl_->db->prepare("SELECT seq, at, kind, v, body, chain FROM entry "
                                        "WHERE run = ?1 ORDER BY seq"));
  query.bind(1, run.str());
  std::vector<Row> out;
  std::string before;
  for (;;) {
    V2_TRY(const bool more, query.step());
    if (!more) return out;
    out.push_back(entry_row(query));
    const auto& row = out.back();
    if (row.seq != out.size() || row.chain != chain_of(before, run, row)) {
      return fail(ErrorCode::kStorage,
                  fmt::format("entry {} of the journal was changed, lost or added", out.size()),
                  run.str(), restore_hint());
    }
    before = row.chain;
  }
}

Result<std::optional<Row>> Journal::last_row(const RunId& run) const {
  V2_TRY(auto query, impl_->db->prepare("SELECT seq, at, kind, v, body, chain FROM entry "
                                        "WHERE run = ?1 ORDER BY seq DESC LIMIT 1"));
  query.bind(1, run.str());
  V2_TRY(const bool there, query.step());
  if (!there) return std::optional<Row>();
  return std::optional(entry_row(query));
}

Result<void> Journal::leave_word(const RunId& run, WallTime at) {
  V2_TRY(auto insert,
         impl_->db->prepare("INSERT INTO word SELECT ?1, coalesce(max(seq), 0), ?2 FROM entry "
                            "WHERE run = ?1"));
  insert.bind(1, run.str()).bind(2, to_millis(at));
  return insert.run();
}

Result<bool> Journal::has_word(const RunId& run, const std::string& since_kind) const {
  V2_TRY(auto newest,
         impl_->db->prepare("SELECT 1 FROM word WHERE run = ?1 AND seq >= (SELECT "
                            "coalesce(max(seq), 0) FROM entry WHERE run = ?1 AND kind = ?2)"));
  newest.bind(1, run.str()).bind(2, since_kind);
  return newest.step();
}

Result<bool> Journal::take_word(const RunId& run, const std::string& since_kind) {
  V2_TRY(const bool there, has_word(run, since_kind));
  V2_TRY(auto taken, impl_->db->prepare("DELETE FROM word WHERE run = ?1"));
  taken.bind(1, run.str());
  if (auto r = taken.run(); !r) return Unexpected{std::move(r).error()};
  return there;
}

// Not the database alone: beside a newer write-ahead log an older one is damaged anew.
std::string Journal::restore_hint() const {
  return "Restore the directory of " + impl_->db->path() + " from a backup, all of it.";
}

}  // namespace v2only::journal
