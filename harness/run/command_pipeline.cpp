#include "harness/run/command_pipeline.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "core/hash.hpp"
#include "core/numeric/median.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/failure.hpp"
#include "core/system/file_name.hpp"
#include "core/system/interruption.hpp"
#include "core/warp_template.hpp"
#include "harness/metrics/quality.hpp"
#include "harness/system/child_process.hpp"
#include "harness/system/substituted.hpp"

#ifdef FFBENCH_WITH_FFMPEG
#include "datasets/image_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#endif

namespace ffbench {

#ifdef FFBENCH_WITH_FFMPEG

namespace {

/// Videos of a run, gone when it ends.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    std::filesystem::create_directories(path_, error);
    if (error) {
      fail("{}: cannot be made: {}; choose another folder with --out", path_.string(), error.message());
    }
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::remove(path_.parent_path(), ignored);  // where it is empty
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The clip as a video whose luma is lossless.
void write_input(Subject& subject, const std::filesystem::path& file) {
  VideoWriterOptions options;
  options.width = subject.clip->width();
  options.height = subject.clip->height();
  options.frame_rate = in_thousandths(subject.clip->frames_per_second());
  options.crf = 0;
  VideoWriter writer(file, options);
  BgrImage frame(options.width, options.height);
  for (int t = 0; t < subject.clip->frame_count(); ++t) {
    subject.clip->read(t, frame.view());
    writer.write(frame.view());
    check_interruption();
  }
  writer.finish();
}

/// What the command had to say at last, cut where that is long.
std::string last_words(const std::filesystem::path& log) {
  const std::string line = last_line(read_file(log));
  constexpr std::size_t longest = 200;
  return line.size() > longest ? line.substr(0, longest) + "..." : line;
}

/// Measures what a command made of its input.
class Measurement {
 public:
  Measurement(const Subject& subject, const VideoClip& input, const CommandOptions& options)
      : raw_(unfiltered_plan(Algorithm::base_3_5_0, {}, subject, subject.observed)) {
    metrics::MeterConfig config;
    config.width = input.width();
    config.height = input.height();
    config.frame_count = input.frame_count();
    config.frames_per_second = input.frames_per_second();
    config.crop_size = subject.crop_size;
    config.template_points = warp_template(subject.warp_template).scaled(subject.crop_size);
    config.raw_plan = &raw_;
    config.optical_flow = options.optical_flow;
    meter_.emplace(config);
  }

  void add(int index, ConstBgrView input, ConstBgrView output) {
    metrics::FrameSample sample;
    sample.index = index;
    sample.input = input;
    sample.output = output;
    meter_->add_frame(sample);
  }

  [[nodiscard]] QualityFigures figures() const { return meter_->finish().quality; }
  [[nodiscard]] int face_frames() const {
    int count = 0;
    for (const FramePlan& frame : raw_.frames) {
      count += static_cast<int>(frame.faces.size());
    }
    return count;
  }

 private:
  ClipPlan raw_;
  std::optional<metrics::QualityMeter> meter_;
};

/// What stands for {checkout} or {binary}.
std::filesystem::path side_of_comparison(const char* mark, const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == 0) {
    fail("the command names {}, which `ffbench branches` puts in; elsewhere set {}", mark, variable);
  }
  return value;
}

std::string digest_of_clip(VideoClip& clip) {
  Hasher hasher;
  BgrImage frame(clip.width(), clip.height());
  for (int t = 0; t < clip.frame_count(); ++t) {
    clip.read(t, frame.view());
    hasher.update(frame.const_view());
    check_interruption();
  }
  return hasher.digest().hex();
}

class CommandRun {
 public:
  CommandRun(Subject& subject, const Pipeline& pipeline, const CommandOptions& options)
      : subject_(subject),
        pipeline_(pipeline),
        options_(options),
        // Two commands of one run have digests of their own.
        name_(fmt::format("{}-{}", file_name_of(subject.name),
                          digest_of(pipeline.command.data(), pipeline.command.size()).hex().substr(0, 8))),
        scratch_(options.folder / "scratch" / name_),
        log_(options.folder / "logs" / (name_ + ".log")) {
    result_.fixture = subject.name;
    // Nothing of it is compared with the truth.
    result_.traits = {false, subject.moving_face};
    result_.pipeline = pipeline.name;
    result_.executor = "external command";
    result_.required = pipeline.required;
    result_.crop_size = 0;
  }

  Result run() {
    std::error_code error;
    std::filesystem::create_directories(log_.parent_path(), error);
    write_file_atomically(log_, "");
    std::filesystem::path input_file = options_.input;
    if (input_file.empty()) {
      input_file = scratch_ / "input.mp4";
      write_input(subject_, input_file);
    }
    input_ = std::make_unique<VideoClip>(std::filesystem::absolute(input_file));
    result_.frames = input_->frame_count();
    result_.width = input_->width();
    result_.height = input_->height();
    const std::filesystem::path source = scratch_ / "source.png";
    if (!subject_.source.empty()) {
      write_png(source, subject_.source.view());
    }
    const std::filesystem::path output = scratch_ / "output.mp4";
    const auto word = [](const std::filesystem::path& path) {
      return shell_word(std::filesystem::absolute(path).string());
    };
    std::map<std::string, std::string> values{
        {"{input}", word(input_file)}, {"{output}", word(output)}, {"{source}", word(source)}};
    for (const auto& [mark, variable] : {std::pair<const char*, const char*>{"{checkout}", checkout_variable},
                                         {"{binary}", binary_variable}}) {
      if (pipeline_.command.find(mark) != std::string::npos) {
        values[mark] = word(side_of_comparison(mark, variable));
      }
    }
    const std::string text = substituted(pipeline_.command, values);
    for (int repetition = 0; repetition < std::max(1, options_.repetitions); ++repetition) {
      if (!repeat(text, output)) {
        return std::move(result_);
      }
    }
    finish();
    return std::move(result_);
  }

 private:
  /// Whether it succeeded.
  bool repeat(const std::string& text, const std::filesystem::path& output) {
    std::error_code error;
    std::filesystem::remove(output, error);
    ChildOptions child_options;
    child_options.log = log_;
    child_options.timeout_s = options_.timeout_s;
    const ChildResult child = run_child("/bin/sh", {"-c", text}, child_options);
    if (child.timed_out) {
      return failed(fmt::format("it ran longer than {} s (--command-timeout)", options_.timeout_s));
    }
    if (child.exit_code != 0) {
      return failed(fmt::format("it ended with exit code {}: {}", child.exit_code, last_words(log_)));
    }
    if (!std::filesystem::exists(output, error)) {
      return failed("it wrote nothing to {output}");
    }
    seconds_.push_back(child.wall_s);
    peak_memory_bytes_ = std::max(peak_memory_bytes_, child.peak_memory_bytes);
    try {
      VideoClip clip(output);
      if (clip.frame_count() != input_->frame_count() || clip.width() != input_->width() ||
          clip.height() != input_->height()) {
        return failed(fmt::format("it wrote {} frames of {}x{}, wanted {} of {}x{}", clip.frame_count(),
                                  clip.width(), clip.height(), input_->frame_count(), input_->width(),
                                  input_->height()));
      }
      if (digests_.empty() && options_.figures) {
        result_.notes = clip.warnings();
        measure(clip);
      } else {
        digests_.push_back(digest_of_clip(clip));
      }
    } catch (...) {
      return failed(fmt::format("what it wrote cannot be measured: {}", failure_reason()));
    }
    return true;
  }

  bool failed(const std::string& why) {
    result_.status = ResultStatus::failed;
    result_.reason = fmt::format("{}; its output is in {}", why, log_.string());
    result_.quality.reset();
    return false;
  }

  void measure(VideoClip& clip) {
    Measurement measurement(subject_, *input_, options_);
    BgrImage before(clip.width(), clip.height());
    BgrImage after(clip.width(), clip.height());
    Hasher hasher;
    for (int t = 0; t < clip.frame_count(); ++t) {
      input_->read(t, before.view());
      clip.read(t, after.view());
      hasher.update(after.const_view());
      measurement.add(t, before.const_view(), after.const_view());
      if (options_.frame_done) {
        options_.frame_done();
      }
    }
    digests_.push_back(hasher.digest().hex());
    result_.quality = measurement.figures();
    result_.face_frames = measurement.face_frames();
  }

  void finish() {
    Determinism determinism;
    determinism.runs = static_cast<int>(digests_.size());
    determinism.digest = digests_.front();
    determinism.identical =
        std::ranges::all_of(digests_, [&](const std::string& digest) { return digest == digests_.front(); });
    determinism.stages["composite"] = digests_.front();
    result_.determinism = determinism;
    Timing timing;
    timing.what = "whole command";
    timing.repetitions = seconds_;
    const auto [fastest, slowest] = std::ranges::minmax(seconds_);
    timing.total_s = {median(seconds_), fastest, slowest};
    timing.fps = result_.frames / timing.total_s.median;
    timing.peak_memory_bytes = peak_memory_bytes_;
    result_.timing = timing;
    result_.notes.emplace_back("times are of the whole command, decoding and encoding included");
  }

  Subject& subject_;
  const Pipeline& pipeline_;
  CommandOptions options_;
  std::string name_;
  ScratchFolder scratch_;
  std::filesystem::path log_;
  std::unique_ptr<VideoClip> input_;
  std::vector<double> seconds_;
  std::int64_t peak_memory_bytes_ = 0;
  std::vector<std::string> digests_;
  Result result_;
};

}  // namespace

Result run_command(Subject& subject, const Pipeline& pipeline, const CommandOptions& options) {
  return CommandRun(subject, pipeline, options).run();
}

#else

Result run_command(Subject&, const Pipeline& pipeline, const CommandOptions&) {
  fail("pipeline '{}': this build cannot read and write videos; configure with -DFFBENCH_WITH_FFMPEG=ON",
       pipeline.name);
}

#endif

}  // namespace ffbench
