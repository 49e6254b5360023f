#include "harness/run/run_options.hpp"

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {

ExecutorTuning tuning_of(const RunOptions& options, const PassContext& pass) {
  ExecutorTuning tuning{.threads = options.threads, .cuda = options.device};
  tuning.cuda.device = pass.device;
  return tuning;
}

std::map<std::string, std::string> settings_of(const RunOptions& options) {
  std::string pipelines;
  for (const Pipeline& pipeline : options.pipelines) {
    pipelines += (pipelines.empty() ? "" : " ") + pipeline.name;
    pipelines += pipeline.unavailable.empty() ? "" : " (" + pipeline.unavailable + ")";
  }
  std::string swap = "source";
  if (options.swap.kind == SwapKind::identity) {
    swap = "identity";
  } else if (options.swap.kind == SwapKind::model) {
    const std::string bytes = read_file(options.swap.model);
    swap =
        fmt::format("onnx:{} ({})", options.swap.model.string(), digest_of(bytes.data(), bytes.size()).hex());
  }
  return {{"pipelines", pipelines},
          {"repetitions", fmt::format("{}", options.repetitions)},
          {"threads", fmt::format("{}", options.threads)},
          {"swap", swap},
          {"optical flow", options.optical_flow ? "yes" : "no"}};
}

}  // namespace ffbench
