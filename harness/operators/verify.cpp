#include "harness/operators/verify.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/system/glob.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench::operators {
namespace {

/// The bytes of all outputs after a run that started from the same bytes.
std::vector<std::vector<std::uint8_t>> computed(Problem& problem, std::string_view backend,
                                                const std::vector<std::vector<std::uint8_t>>& start) {
  const std::vector<Plane*> planes = problem.planes();
  for (std::size_t i = 0; i < planes.size(); ++i) {
    planes[i]->restore(start[i]);
  }
  const std::unique_ptr<Session> session = problem.session(backend);
  session->run();
  session->fetch();
  std::vector<std::vector<std::uint8_t>> result;
  result.reserve(planes.size());
  for (const Plane* plane : planes) {
    result.push_back(plane->bytes());
  }
  return result;
}

/// Compares everything that either run could have changed, inputs and guards too.
void compare(Problem& problem, const std::string& case_name,
             const std::vector<std::vector<std::uint8_t>>& expected,
             const std::vector<std::vector<std::uint8_t>>& actual, VerifyRow& row) {
  const std::vector<Plane*> planes = problem.planes();
  for (std::size_t p = 0; p < planes.size(); ++p) {
    if (expected[p] == actual[p]) {
      continue;
    }
    for (std::size_t i = 0; i < expected[p].size(); ++i) {
      if (expected[p][i] == actual[p][i]) {
        continue;
      }
      ++row.mismatches;
      if (!row.first) {
        const Plane::Place place = planes[p]->place_of(i);
        row.first = Mismatch{row.operator_name, row.backend,  row.target,        case_name,
                             planes[p]->name(), place.x,      place.y,           place.channel,
                             expected[p][i],    actual[p][i], problem.describe()};
      }
    }
  }
  for (const Plane* output : problem.outputs()) {
    row.bytes += output->pixel_bytes();
  }
  for (const Plane* plane : planes) {
    row.covered += plane->pixel_bytes();
  }
  ++row.cases;
}

void verify_problem(Problem& problem, const std::string& case_name, VerifyRow& row) {
  std::vector<std::vector<std::uint8_t>> start;
  for (const Plane* plane : problem.planes()) {
    start.push_back(plane->bytes());
  }
  const auto expected = computed(problem, "reference", start);
  cpu::forget_last_target();
  const auto actual = computed(problem, row.backend, start);
  row.on_target += cpu::last_target_run() == row.target ? 1 : 0;
  compare(problem, case_name, expected, actual, row);
}

void verify_row(const Operator& op, const VerifyOptions& options, VerifyRow& row) {
  for (const Case& listed : op.cases) {
    if (matches_any(options.cases, listed.name)) {
      verify_problem(*listed.make(), listed.name, row);
    }
  }
  for (std::uint64_t i = 0; row.covered < options.minimum_bytes; ++i) {
    const std::uint64_t seed = mixed(options.seed, i);
    verify_problem(*op.random(seed), fmt::format("random/{}", seed), row);
  }
  if (row.cases == 0) {
    row.skipped = "no case selected";
  } else if (options.cases.empty() && row.on_target == 0) {
    throw Error(fmt::format("operator '{}' on {}: SIMD target '{}' was forced and never ran", op.name,
                            row.backend, row.target),
                ExitCode::incorrect);
  }
}

void verify_backend(const Operator& op, const Backend& backend, const VerifyOptions& options,
                    VerifyReport& report) {
  const auto finish = [&](VerifyRow row) {
    report.rows.push_back(std::move(row));
    if (options.progress) {
      options.progress(report.rows.back());
    }
  };
  if (!backend.has_targets) {
    VerifyRow row;
    row.operator_name = op.name;
    row.backend = backend.name;
    row.skipped = backend.unavailable == nullptr ? std::string() : backend.unavailable();
    if (row.skipped.empty()) {
      verify_row(op, options, row);
    } else if (std::find(options.backends.begin(), options.backends.end(), backend.name) !=
               options.backends.end()) {
      fail("verify: backend '{}' was requested and cannot run: {}", backend.name, row.skipped);
    }
    finish(std::move(row));
    return;
  }
  for (const cpu::Target& target : cpu::targets()) {
    if (!matches_any(options.targets, target.name)) {
      continue;
    }
    VerifyRow row;
    row.operator_name = op.name;
    row.backend = backend.name;
    row.target = target.name;
    row.skipped = target.reason;
    if (target.supported) {
      const cpu::ForcedTarget forced(target.name);
      verify_row(op, options, row);
    }
    finish(std::move(row));
  }
}

/// Dashes of the command line are underscores in files.
std::string file_name(std::string operator_name) {
  std::ranges::replace(operator_name, '-', '_');
  return operator_name;
}

[[noreturn]] void nothing_selected(const std::vector<Operator>& operators) {
  std::vector<std::string> names;
  std::vector<std::string> backends;
  std::vector<std::string> targets;
  for (const Operator& op : operators) {
    names.push_back(op.name);
    for (const Backend& backend : op.backends) {
      if (std::find(backends.begin(), backends.end(), backend.name) == backends.end()) {
        backends.push_back(backend.name);
      }
    }
  }
  for (const cpu::Target& target : cpu::targets()) {
    targets.push_back(target.name);
  }
  fail("verify: nothing selected; operators are {}; backends {}; SIMD targets {}", joined(names, ", "),
       joined(backends, ", "), joined(targets, ", "));
}

}  // namespace

std::string Mismatch::text() const {
  const std::string where = x >= 0
                                ? fmt::format("x {}, y {}, channel {}", x, y, channel)
                                : (y >= 0 ? fmt::format("padding of row {}", y) : std::string("guard bytes"));
  return fmt::format("{} on {}{}{}, case {}: {} differs at {}: expected {}, got {} ({})", operator_name,
                     backend, target.empty() ? "" : "/", target, case_name, plane, where, expected, actual,
                     parameters);
}

std::uint64_t VerifyReport::bytes() const {
  std::uint64_t sum = 0;
  for (const VerifyRow& row : rows) {
    sum += row.bytes;
  }
  return sum;
}

std::uint64_t VerifyReport::mismatches() const {
  std::uint64_t sum = 0;
  for (const VerifyRow& row : rows) {
    sum += row.mismatches;
  }
  return sum;
}

std::optional<Mismatch> VerifyReport::first() const {
  for (const VerifyRow& row : rows) {
    if (row.first) {
      return row.first;
    }
  }
  return std::nullopt;
}

std::vector<std::string> VerifyReport::suspects() const {
  const auto alike = [](const Mismatch& a, const Mismatch& b) {
    return a.case_name == b.case_name && a.plane == b.plane && a.x == b.x && a.y == b.y &&
           a.channel == b.channel && a.actual == b.actual;
  };
  std::vector<std::string> suspects;
  std::set<std::string> told;
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    if (!row->first || told.contains(row->operator_name)) {
      continue;
    }
    // `cpu` and the kinds of `cuda` share no code; targets of one backend do, and so do its kinds.
    const auto family = [](const std::string& backend) { return backend == "cpu"; };
    const auto other = std::find_if(std::next(row), rows.end(), [&](const VerifyRow& candidate) {
      return candidate.operator_name == row->operator_name &&
             family(candidate.backend) != family(row->backend) && candidate.first &&
             alike(*candidate.first, *row->first);
    });
    if (other != rows.end()) {
      told.insert(row->operator_name);
      suspects.push_back(
          fmt::format("{}: {} and {} differ from the reference alike, so suspect the reference "
                      "(reference/{}.cpp) or the contract before them",
                      row->operator_name, row->backend, other->backend, file_name(row->operator_name)));
    }
  }
  return suspects;
}

int VerifyReport::exit_code() const {
  return static_cast<int>(mismatches() == 0 ? ExitCode::ok : ExitCode::incorrect);
}

std::string VerifyReport::text() const {
  std::string text = fmt::format("{:<18}{:<27}{:<9}{:>7}{:>15}{:>13}\n", "operator", "backend", "target",
                                 "cases", "bytes", "mismatches");
  for (const VerifyRow& row : rows) {
    text += fmt::format("{:<18}{:<27}{:<9}", row.operator_name, row.backend, row.target);
    text += row.skipped.empty() ? fmt::format("{:>7}{:>15}{:>13}\n", row.cases, row.bytes, row.mismatches)
                                : fmt::format("  skipped: {}\n", row.skipped);
  }
  for (const VerifyRow& row : rows) {
    if (row.first) {
      text += row.first->text() + "\n";
    }
  }
  for (const std::string& suspect : suspects()) {
    text += suspect + "\n";
  }
  text += fmt::format("{} bytes compared, {} differ\n", bytes(), mismatches());
  return text;
}

VerifyRow verify_case(const Operator& op, const Case& selected, const Backend& backend,
                      const std::string& target) {
  VerifyRow row;
  row.operator_name = op.name;
  row.backend = backend.name;
  row.target = target;
  std::optional<cpu::ForcedTarget> forced;
  if (!target.empty()) {
    forced.emplace(target);
  }
  verify_problem(*selected.make(), selected.name, row);
  return row;
}

VerifyReport verify_operators(const VerifyOptions& options, const std::vector<Operator>& operators) {
  VerifyReport report;
  for (const Operator& op : operators) {
    if (!matches_any(options.operators, op.name)) {
      continue;
    }
    for (const Backend& backend : op.backends) {
      if (matches_any(options.backends, backend.name)) {
        verify_backend(op, backend, options, report);
      }
    }
  }
  if (report.rows.empty()) {
    nothing_selected(operators);
  }
  return report;
}

}  // namespace ffbench::operators
