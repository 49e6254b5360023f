#include "harness/determinism/fresh_process.hpp"

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_reader.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/temporary_file.hpp"
#include "harness/system/child_process.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

/// Of a difference the file holds a whole picture.
JsonOptions exchange_options() {
  JsonOptions options;
  options.most_bytes = std::size_t{1} << 30U;
  options.hint = "this is what a fresh process left";
  return options;
}

json to_json(const Digest& digest) {
  return json::array({digest.high, digest.low});
}

Digest digest_from(const JsonReader& reader) {
  const std::vector<JsonReader> halves = reader.items_of(2);
  return {halves[0].unsigned_whole(), halves[1].unsigned_whole()};
}

json to_json(const ImageKey& key) {
  return json::array({key.frame, static_cast<int>(key.stage), key.face_id});
}

ImageKey key_from(const JsonReader& reader) {
  const std::vector<JsonReader> parts = reader.items_of(3);
  return {parts[0].integer(), static_cast<Stage>(parts[1].integer_from(0, stage_count - 1)),
          parts[2].integer()};
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

TraceDifference difference_from(const JsonReader& reader) {
  TraceDifference difference;
  difference.image = key_from(reader.at("image"));
  if (const auto frame = reader.find("plan_frame")) {
    difference.plan_frame = frame->integer();
  }
  if (const auto actual = reader.find("actual")) {
    difference.actual = StageRecorder::Entry{actual->at("width").integer(), actual->at("height").integer(),
                                             actual->at("channels").integer(), actual->at("pixels").bytes()};
  }
  return difference;
}

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
  const JsonReader reader = parse_cbor(bytes, origin, exchange_options());
  PassOutcome outcome;
  outcome.executor = reader.at("executor").text();
  for (const JsonReader& digest : reader.at("plan").items()) {
    outcome.trace.plan.push_back(digest_from(digest));
  }
  for (const JsonReader& image : reader.at("images").items()) {
    const std::vector<JsonReader> parts = image.items_of(2);
    outcome.trace.images.emplace(key_from(parts[0]), digest_from(parts[1]));
  }
  outcome.trace.stages = reader.at("stages").texts_by_name();
  if (const auto difference = reader.find("difference")) {
    outcome.difference = difference_from(*difference);
  }
  return outcome;
}

PassOutcome run_in_fresh_process(const std::filesystem::path& program, const std::string& suite,
                                 const std::string& fixture, const Pipeline& pipeline, const Variant& variant,
                                 const StageTrace& expected) {
  const TemporaryFolder folder;
  const std::filesystem::path exchange = folder.path() / "pass.trace";
  write_file_atomically(exchange, outcome_to_cbor({expected, std::nullopt, {}}));
  const ExecutorTuning& tuning = variant.tuning;
  std::vector<std::string> arguments{"determinism", suite,
                                     "--fixture",   fixture,
                                     "--pipeline",  pipeline.name,
                                     "--threads",   std::to_string(tuning.threads),
                                     "--batch",     std::to_string(tuning.cuda.batch),
                                     "--streams",   std::to_string(tuning.cuda.streams),
                                     "--graphs",    tuning.cuda.graphs ? "on" : "off",
                                     "--frames",    variant.frames_on_device ? "device" : "host",
                                     "--devices",   std::to_string(tuning.cuda.device),
                                     "--child",     exchange.string()};
  if (!variant.target.empty()) {
    arguments.insert(arguments.end(), {"--targets", variant.target});
  }
  const ChildResult child = run_child(program.string(), arguments);
  if (child.exit_code != 0) {
    fail("{} in a fresh process: exit code {}: {}", pipeline.name, child.exit_code, last_line(child.err));
  }
  return outcome_from_cbor(read_file(exchange), exchange.string());
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
