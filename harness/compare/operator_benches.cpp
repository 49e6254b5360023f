#include "harness/compare/operator_benches.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/named.hpp"
#include "core/system/glob.hpp"

namespace ffbench::compare {
namespace {

struct Globs {
  explicit Globs(const std::vector<std::string>& globs) {
    for (const std::string& glob : globs) {
      (glob.find('/') == std::string::npos ? operators : names).push_back(glob);
    }
  }

  [[nodiscard]] bool choose(const OperatorBench& bench) const {
    if (!names.empty() && matches_any(names, bench.name())) {
      return true;
    }
    const bool by_operator = !operators.empty() || names.empty();
    return by_operator && matches_any(operators, bench.row->name) &&
           !bench.listed->name.ends_with("3840x2160");
  }

  std::vector<std::string> operators;
  std::vector<std::string> names;
};

}  // namespace

std::string OperatorBench::name() const {
  return fmt::format("{}/{}/{}", row->name, backend->name, listed->name);
}

std::string OperatorBench::pipeline() const {
  return fmt::format("{}{}/{}", operator_prefix, row->name, backend->name);
}

std::vector<OperatorBench> all_operator_benches(const std::vector<std::string>& globs,
                                                const std::vector<operators::Operator>& table) {
  const Globs chosen(globs);
  std::vector<OperatorBench> benches;
  for (const operators::Operator& row : table) {
    for (const operators::Backend& backend : row.backends) {
      for (const operators::Case& listed : row.cases) {
        const OperatorBench bench{&row, &backend, &listed};
        if (listed.benchmark && backend.timed && chosen.choose(bench)) {
          benches.push_back(bench);
        }
      }
    }
  }
  return benches;
}

std::vector<OperatorBench> operator_benches(const std::vector<std::string>& globs,
                                            const std::vector<operators::Operator>& table) {
  std::vector<OperatorBench> benches = all_operator_benches(globs, table);
  std::string why;
  std::erase_if(benches, [&why](const OperatorBench& bench) {
    if (bench.backend->unavailable == nullptr || bench.backend->unavailable().empty()) {
      return false;
    }
    why = bench.backend->unavailable();
    return true;
  });
  if (benches.empty()) {
    fail("--operators {}: nothing to time{}; operators are {}", joined(globs, " "),
         why.empty() ? why : " (" + why + ")", names_of(table, &operators::Operator::name));
  }
  return benches;
}

}  // namespace ffbench::compare
