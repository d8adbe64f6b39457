// Columns that fit the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "report/colour.h"
#include "report/style.h"

namespace v2only::report {

struct Column {
  std::string title;
  // How narrow the column may become for want of room; 0: never narrower than what is in it, for
  // what a person has to copy.
  std::size_t least = 0;
};

struct Cell {
  std::string text;   // made printable by the table
  std::string brief;  // shown instead where the columns do not fit; empty: the text itself
  Tone tone = Tone::kPlain;
};

class Table {
 public:
  // The last column is not padded.
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void row(std::vector<Cell> cells);
  // A line of its own, above the rows of a group.
  void group(const std::string& text);
  bool empty() const { return lines_.empty(); }

  // Where the columns do not fit, brief texts come first, column by column from the left until they
  // do; then the widest column that may shrink does, again and again. A line is longer than the
  // width only where nothing may shrink.
  std::string text(const Style& style) const;

 private:
  using Row = std::vector<Cell>;
  using Line = std::variant<Row, std::string>;

  struct Layout {
    std::vector<std::size_t> widths;
    std::size_t brief = 0;  // so many columns, from the left, show their brief texts
  };

  Layout layout(std::size_t width) const;
  std::size_t width_of_column(std::size_t column, bool brief) const;
  std::string line(const Row& row, const Layout& layout, const Style& style) const;

  std::vector<Column> columns_;
  std::vector<Line> lines_;
};

}  // namespace v2only::report
