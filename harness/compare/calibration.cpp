#include "harness/compare/calibration.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.hpp"
#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_lock.hpp"
#include "core/system/folder_lock.hpp"
#include "datasets/fixture.hpp"
#include "harness/system/environment.hpp"
#include "harness/system/output_folder.hpp"
#include "reports/report.hpp"

namespace ffbench::compare {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "ffbench.calibration/1";

std::string key_of(const SessionOptions& options, const Combination& combination, const Figure& figure) {
  std::string key = fmt::format("{}|{}|{}|{}|{} threads|{} passes|by {}", options.suite, combination.fixture,
                                combination.pipeline, options.swap, options.threads, options.passes,
                                name_of(options.interleaving));
  // Files from before there was a second clock name none.
  return figure == Figure{host_clock, ""} ? key : key + "|" + figure.text();
}

/// By machine and by what was measured.
using NoiseFloors = std::map<std::string, std::map<std::string, NoiseFloor>>;

NoiseFloor noise_floor_of(const JsonReader& json) {
  NoiseFloor floor;
  floor.sessions = json.at("sessions").integer();
  floor.alarms = json.at("alarms").integer();
  floor.inconclusive = json.at("inconclusive").integer();
  floor.sigma = json.at("sigma").number();
  floor.largest = json.at("largest").number();
  floor.pairs = json.at("pairs").integer();
  floor.date = json.at("date").text();
  return floor;
}

NoiseFloors read_noise_floors(const std::filesystem::path& path) {
  NoiseFloors floors;
  if (!std::filesystem::exists(path)) {
    return floors;
  }
  const JsonReader json = read_json(path, {.hint = "delete it and calibrate again"});
  json.require_schema(schema);
  for (const auto& [machine, entries] : json.at("machines").members()) {
    for (const auto& [key, entry] : entries.members()) {
      floors[machine].emplace(key, noise_floor_of(entry));
    }
  }
  return floors;
}

std::string to_json(const NoiseFloors& floors) {
  Json json{{"schema", schema}, {"machines", Json::object()}};
  for (const auto& [machine, entries] : floors) {
    for (const auto& [key, floor] : entries) {
      json["machines"][machine][key] = {
          {"sessions", floor.sessions}, {"alarms", floor.alarms},   {"inconclusive", floor.inconclusive},
          {"sigma", floor.sigma},       {"largest", floor.largest}, {"pairs", floor.pairs},
          {"date", floor.date}};
    }
  }
  return json_text(json, 1) + "\n";
}

/// The pairs that count, of all sessions.
std::vector<const Pair*> counted_of(const std::vector<std::map<int, Pair>>& sessions) {
  std::vector<const Pair*> counted;
  for (const std::map<int, Pair>& pairs : sessions) {
    for (const auto& [number, pair] : pairs) {
      if (pair.voided().empty()) {
        counted.push_back(&pair);
      }
    }
  }
  return counted;
}

/// A copy of the program, so that the two arms run from two paths.
std::filesystem::path copied(const std::filesystem::path& program, const std::filesystem::path& folder) {
  prepare_output_folder(folder);
  std::filesystem::path copy = folder / "ffbench";
  std::error_code error;
  std::filesystem::copy_file(program, copy, std::filesystem::copy_options::overwrite_existing, error);
  if (error) {
    fail("{}: cannot be copied to {} ({})", program.string(), copy.string(), error.message());
  }
  return copy;
}

}  // namespace

CalibrationFile::CalibrationFile(std::filesystem::path path)
    : path_(path.empty() ? default_cache_folder() / "calibration.json" : std::filesystem::absolute(path)) {}

std::optional<NoiseFloor> CalibrationFile::find(const SessionOptions& options, const Combination& combination,
                                                const Figure& figure) const {
  const NoiseFloors floors = read_noise_floors(path_);
  // Finding out the name takes a while.
  const auto machine = floors.empty() ? floors.end() : floors.find(machine_name());
  if (machine == floors.end()) {
    return std::nullopt;
  }
  const auto entry = machine->second.find(key_of(options, combination, figure));
  return entry == machine->second.end() ? std::nullopt : std::optional(entry->second);
}

void CalibrationFile::store(const SessionOptions& options, const Combination& combination,
                            const NoiseFloor& floor, const Figure& figure) {
  prepare_output_folder(path_.parent_path(), "--calibration or FFBENCH_CACHE");
  const FileLock lock(path_.string() + ".lock", "choose another file with --calibration");
  NoiseFloors floors = read_noise_floors(path_);
  floors[machine_name()][key_of(options, combination, figure)] = floor;
  write_file_atomically(path_, to_json(floors));
}

std::string machine_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const Environment environment = describe_environment();
  return fmt::format("{}, {}, {} cores", host.data(), environment.cpu, environment.cores);
}

std::vector<Calibrated> calibrate(const CalibrateOptions& options, CalibrationFile& file,
                                  Progress& progress) {
  prepare_output_folder(options.out);
  const FolderLock lock(options.out, "--out");
  SessionOptions session = options.session;
  session.base = make_arm("A", copied(options.program, options.out / "a"));
  session.head = make_arm("A again", copied(options.program, options.out / "b"));
  session.resume = options.resume;
  if (std::ranges::any_of(session.combinations, is_command)) {
    session.interleaving = Interleaving::processes;
  }
  std::vector<std::vector<std::map<int, Pair>>> sessions(session.combinations.size());
  for (int i = 0; i < options.sessions; ++i) {
    session.seed = options.session.seed + static_cast<std::uint64_t>(i);
    PairStore store(options.out / fmt::format("session-{}.jsonl", i + 1), header_of(session), session.resume);
    run_session(session, store, progress);
    for (std::size_t c = 0; c < sessions.size(); ++c) {
      const Combination& combination = session.combinations[c];
      const auto& pairs = store.pairs(combination.fixture, combination.pipeline);
      sessions[c].push_back(pairs);
      const RuntimeComparison runtime = judge_pairs(pairs, session.procedure).runtime;
      progress.say(fmt::format("session {} of {}: {} on {}: {} ({} pairs)", i + 1, options.sessions,
                               combination.pipeline, combination.fixture, ratio_text(runtime.ratio),
                               pairs.size()));
    }
  }
  std::vector<Calibrated> results;
  const std::string date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  for (std::size_t c = 0; c < sessions.size(); ++c) {
    for (const Figure& figure : figures_of(counted_of(sessions[c]))) {
      Calibrated& result = results.emplace_back();
      result.combination = session.combinations[c];
      result.figure = figure;
      result.sessions = judge_identical_code(sessions[c], figure, session.procedure);
      result.sessions.floor.date = date;
      if (result.sessions.floor.pairs > 0) {
        file.store(session, result.combination, result.sessions.floor, figure);
      }
    }
  }
  return results;
}

}  // namespace ffbench::compare
