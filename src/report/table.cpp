#include "report/table.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/printable.h"

namespace v2only::report {
namespace {

constexpr std::size_t kGap = 2;

std::size_t total(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
}

void shrink(std::vector<std::size_t>& widths, const std::vector<Column>& columns,
            std::size_t width) {
  while (total(widths) > width) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const auto least = columns[i].least;
      if (least == 0 || widths[i] <= least) continue;
      if (widest == nullptr || widths[i] > *widest) widest = &widths[i];
    }
    if (widest == nullptr) return;
    --*widest;
  }
}

const std::string& shown(const Cell& cell, bool brief) {
  return brief && !cell.brief.empty() ? cell.brief : cell.text;
}

}  // namespace

void Table::row(std::vector<Cell> cells) {
  if (cells.size() != columns_.size()) std::abort();
  for (auto& cell : cells) {
    cell.text = printable(cell.text);
    cell.brief = printable(cell.brief);
  }
  lines_.emplace_back(std::move(cells));
}

void Table::group(const std::string& text) { lines_.emplace_back(printable(text)); }

std::size_t Table::width_of_column(std::size_t column, bool brief) const {
  auto width = width_of(columns_[column].title);
  for (const auto& line : lines_) {
    const auto* row = std::get_if<Row>(&line);
    if (row != nullptr) width = std::max(width, width_of(shown((*row)[column], brief)));
  }
  return width;
}

Table::Layout Table::layout(std::size_t width) const {
  Layout out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    out.widths.push_back(width_of_column(i, false));
  }
  while (total(out.widths) > width && out.brief < columns_.size()) {
    out.widths[out.brief] = width_of_column(out.brief, true);
    ++out.brief;
  }
  shrink(out.widths, columns_, width);
  return out;
}

std::string Table::line(const Row& row, const Layout& layout, const Style& style) const {
  std::string out;
  std::size_t owed = 0;  // blanks that stand before the next text, if one comes
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto text = shorten(shown(row[i], i < layout.brief), layout.widths[i]);
    if (!text.empty()) {
      out.append(owed, ' ');
      out += paint(text, row[i].tone, style);
      owed = 0;
    }
    owed += layout.widths[i] - width_of(text) + kGap;
  }
  return out += '\n';
}

std::string Table::text(const Style& style) const {
  const auto fitting = layout(style.width);
  Row titles;
  for (const auto& column : columns_) titles.push_back({column.title, {}, Tone::kStrong});
  auto out = line(titles, fitting, style);
  for (const auto& entry : lines_) {
    if (const auto* row = std::get_if<Row>(&entry)) {
      out += line(*row, fitting, style);
    } else {
      out += paint(shorten(std::get<std::string>(entry), style.width), Tone::kStrong, style) + '\n';
    }
  }
  return out;
}

}  // namespace v2only::report
