#include "harness/compare/output.hpp"

#include "core/system/atomic_file.hpp"
#include "harness/system/output_folder.hpp"

namespace ffbench::compare {

void write_comparison(const Comparison& comparison, const std::filesystem::path& folder) {
  prepare_output_folder(folder);
  write_file_atomically(folder / "comparison.json", to_json(comparison));
  write_file_atomically(folder / "comparison.md", to_markdown(comparison));
  write_file_atomically(folder / "comparison.html", to_html(comparison));
}

}  // namespace ffbench::compare
