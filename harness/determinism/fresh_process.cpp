#include "harness/determinism/fresh_process.hpp"

#include <atomic>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "harness/system/child_process.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

json to_json(const Digest& digest) {
  return json::array({digest.high, digest.low});
}

Digest digest_from(const json& value) {
  return {value.at(0).get<std::uint64_t>(), value.at(1).get<std::uint64_t>()};
}

json to_json(const ImageKey& key) {
  return json::array({key.frame, static_cast<int>(key.stage), key.face_id});
}

ImageKey key_from(const json& value) {
  return {value.at(0).get<int>(), static_cast<Stage>(value.at(1).get<int>()), value.at(2).get<int>()};
}

json to_json(const TraceDifference& difference) {
  json result{{"image", to_json(difference.image)}};
  if (difference.plan_frame) {
    result["plan_frame"] = *difference.plan_frame;
  }
  if (const auto& actual = difference.actual) {
    result["actual"] = {{"width", actual->width},
                        {"height", actual->height},
                        {"channels", actual->channels},
                        {"pixels", json::binary(actual->pixels)}};
  }
  return result;
}

TraceDifference difference_from(const json& value) {
  TraceDifference difference;
  difference.image = key_from(value.at("image"));
  if (value.contains("plan_frame")) {
    difference.plan_frame = value.at("plan_frame").get<int>();
  }
  if (value.contains("actual")) {
    const json& actual = value.at("actual");
    difference.actual =
        StageRecorder::Entry{actual.at("width").get<int>(), actual.at("height").get<int>(),
                             actual.at("channels").get<int>(), actual.at("pixels").get_binary()};
  }
  return difference;
}

/// A file of its own that goes when its owner does.
class ExchangeFile {
 public:
  ExchangeFile() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() / fmt::format("ffbench-{}-{}.trace", ::getpid(), count++);
  }
  ~ExchangeFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ExchangeFile(const ExchangeFile&) = delete;
  ExchangeFile& operator=(const ExchangeFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

std::string outcome_to_cbor(const PassOutcome& outcome) {
  json images = json::array();
  for (const auto& [key, digest] : outcome.trace.images) {
    images.push_back({to_json(key), to_json(digest)});
  }
  json plan = json::array();
  for (const Digest& digest : outcome.trace.plan) {
    plan.push_back(to_json(digest));
  }
  json document{{"executor", outcome.executor},
                {"plan", std::move(plan)},
                {"images", std::move(images)},
                {"stages", outcome.trace.stages}};
  if (outcome.difference) {
    document["difference"] = to_json(*outcome.difference);
  }
  const std::vector<std::uint8_t> bytes = json::to_cbor(document);
  return {bytes.begin(), bytes.end()};
}

PassOutcome outcome_from_cbor(std::string_view bytes, const std::string& origin) {
  try {
    const json document = json::from_cbor(bytes.begin(), bytes.end());
    PassOutcome outcome;
    outcome.executor = document.at("executor").get<std::string>();
    for (const json& digest : document.at("plan")) {
      outcome.trace.plan.push_back(digest_from(digest));
    }
    for (const json& image : document.at("images")) {
      outcome.trace.images.emplace(key_from(image.at(0)), digest_from(image.at(1)));
    }
    outcome.trace.stages = document.at("stages").get<StageDigests>();
    if (document.contains("difference")) {
      outcome.difference = difference_from(document.at("difference"));
    }
    return outcome;
  } catch (const json::exception& error) {
    fail("{}: what a fresh process left cannot be read: {}", origin, error.what());
  }
}

PassOutcome run_in_fresh_process(const std::filesystem::path& program, const std::string& suite,
                                 const std::string& fixture, const Pipeline& pipeline, const Variant& variant,
                                 const StageTrace& expected) {
  const ExchangeFile exchange;
  write_file_atomically(exchange.path(), outcome_to_cbor({expected, std::nullopt, {}}));
  const ExecutorTuning& tuning = variant.tuning;
  std::vector<std::string> arguments{"determinism", suite,
                                     "--fixture",   fixture,
                                     "--pipeline",  pipeline.name,
                                     "--threads",   std::to_string(tuning.threads),
                                     "--batch",     std::to_string(tuning.cuda.batch),
                                     "--streams",   std::to_string(tuning.cuda.streams),
                                     "--graphs",    tuning.cuda.graphs ? "on" : "off",
                                     "--devices",   std::to_string(tuning.cuda.device),
                                     "--child",     exchange.path().string()};
  if (!variant.target.empty()) {
    arguments.insert(arguments.end(), {"--targets", variant.target});
  }
  const ChildResult child = run_child(program.string(), arguments);
  if (child.exit_code != 0) {
    fail("{} in a fresh process: exit code {}: {}", pipeline.name, child.exit_code, last_line(child.err));
  }
  return outcome_from_cbor(read_file(exchange.path()), exchange.path().string());
}

void run_as_fresh_process(const std::filesystem::path& exchange, Subject& subject, const Pipeline& pipeline,
                          const Variant& variant, const MakeExecutor& make) {
  const PassOutcome expected = outcome_from_cbor(read_file(exchange), exchange.string());
  std::optional<cpu::ForcedTarget> forced;
  if (!variant.target.empty()) {
    forced.emplace(variant.target);
  }
  PassRunner runner(subject, pipeline, variant, make);
  write_file_atomically(exchange, outcome_to_cbor(runner.run(&expected.trace)));
}

}  // namespace ffbench
