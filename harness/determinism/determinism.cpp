#include "harness/determinism/determinism.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

#include "core/system/failure.hpp"
#include "core/system/parallel.hpp"
#include "harness/determinism/fresh_process.hpp"
#include "harness/determinism/pass.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench {
namespace {

/// How often the first variant is run again to get its image back.
constexpr int attempts = 5;

/// One pipeline over all fixtures.
class PipelineCheck {
 public:
  PipelineCheck(const DeterminismOptions& options, const Pipeline& pipeline, std::vector<Subject>& subjects,
                Progress& progress)
      : options_(options),
        pipeline_(pipeline),
        variants_(variants_of(pipeline, options.axes)),
        subjects_(subjects),
        progress_(progress),
        rows_(subjects.size()),
        traces_(subjects.size()) {
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      rows_[i].fixture = subjects[i].name;
      rows_[i].pipeline = pipeline.name;
    }
  }

  std::vector<DeterminismRow> run() {
    for (const Variant& variant : variants_) {
      {
        const auto forced = force(variant);
        for_every_fixture([&](std::size_t i) { run_variant(variant, i); });
      }
      locate_pending();
    }
    for (int n = 1; n <= options_.processes; ++n) {
      for_every_fixture([&](std::size_t i) { run_process(n, i); });
      locate_pending();
    }
    return rows_;
  }

  [[nodiscard]] const std::vector<Variant>& variants() const { return variants_; }

 private:
  static std::unique_ptr<cpu::ForcedTarget> force(const Variant& variant) {
    return variant.target.empty() ? nullptr : std::make_unique<cpu::ForcedTarget>(variant.target);
  }

  template <typename Body>
  void for_every_fixture(Body body) {
    parallel_for(static_cast<int>(subjects_.size()), hardware_threads(), [&](int index) {
      const auto i = static_cast<std::size_t>(index);
      if (!rows_[i].failure.empty()) {
        return;
      }
      try {
        body(i);
      } catch (...) {
        rows_[i].failure = failure_reason();
      }
    });
  }

  /// Finds the places of the differences that were met, all on the first variant's target.
  void locate_pending() {
    const auto forced = force(variants_.front());
    for (const auto& [i, difference] : pending_) {
      locate(i, difference);
    }
    pending_.clear();
  }

  void run_variant(const Variant& variant, std::size_t i) {
    PassRunner runner(subjects_[i], pipeline_, variant, options_.make);
    for (int run = 1; run <= options_.runs; ++run) {
      PassOutcome outcome = runner.run(traces_[i] ? &*traces_[i] : nullptr);
      take(i, variant.text(pipeline_.backend), run, std::move(outcome));
      progress_.advance();
    }
    for (int run = 1; run <= options_.runs; ++run) {
      take(i, variant.text(pipeline_.backend) + ", unwatched", run,
           runner.run(&*traces_[i], Watched::outputs));
      progress_.advance();
    }
    ++rows_[i].variants;
  }

  void run_process(int run, std::size_t i) {
    Variant variant = variants_.front();
    variant.fresh_process = true;
    PassOutcome outcome = run_in_fresh_process(options_.program, options_.suite, subjects_[i].name, pipeline_,
                                               variant, *traces_[i]);
    take(i, variant.text(pipeline_.backend), run, std::move(outcome));
    rows_[i].variants += run == 1 ? 1 : 0;
    progress_.advance();
  }

  void take(std::size_t i, const std::string& variant, int run, PassOutcome outcome) {
    DeterminismRow& row = rows_[i];
    ++row.runs;
    if (!traces_[i]) {
      row.executor = outcome.executor;
      row.digests = outcome.trace.stages;
      traces_[i] = std::move(outcome.trace);
      return;
    }
    if (!outcome.difference) {
      return;
    }
    ++row.differing;
    if (row.first) {
      return;
    }
    DeterminismDifference difference;
    difference.variant = variant;
    difference.run = run;
    if (outcome.difference->plan_frame) {
      difference.stage = "plan";
      difference.frame = *outcome.difference->plan_frame;
    } else {
      difference.stage = name_of(outcome.difference->image.stage);
      difference.frame = outcome.difference->image.frame;
      const std::lock_guard lock(mutex_);
      pending_.emplace(i, std::move(*outcome.difference));
    }
    row.first = std::move(difference);
  }

  /// The place in the image: the first variant runs again until it makes the image that it made the
  /// first time.
  void locate(std::size_t i, const TraceDifference& found) {
    DeterminismDifference& difference = *rows_[i].first;
    const auto expected = traces_[i]->images.find(found.image);
    if (expected == traces_[i]->images.end()) {
      difference.note = "the first run made no such image";
      return;
    }
    if (!found.actual) {
      difference.note = "this run made no such image";
      return;
    }
    PassRunner runner(subjects_[i], pipeline_, variants_.front(), options_.make);
    for (int attempt = 0; attempt < attempts; ++attempt) {
      ImageCatcher catcher(found.image);
      runner.run_to(found.image.frame, catcher);
      if (!catcher.caught()) {
        continue;
      }
      const std::vector<std::uint8_t>& pixels = catcher.caught()->pixels;
      Equality equality;
      compare_images(found.image.frame, {found.image.stage, found.image.face_id}, &*catcher.caught(),
                     &*found.actual, equality);
      if (digest_of(pixels.data(), pixels.size()) == expected->second) {
        difference.place = equality.first;
        difference.note =
            fmt::format("{} of {} bytes of the image differ", equality.mismatches, equality.bytes_compared);
        return;
      }
      if (equality.first) {
        difference.place = equality.first;
      }
    }
    difference.note =
        fmt::format("the first variant did not make its first image again in {} runs{}", attempts,
                    difference.place ? "; the place is where its last other image differs" : "");
  }

  const DeterminismOptions& options_;
  Pipeline pipeline_;
  std::vector<Variant> variants_;
  std::vector<Subject>& subjects_;
  Progress& progress_;
  std::vector<DeterminismRow> rows_;
  std::vector<std::optional<StageTrace>> traces_;  ///< of the first run, by fixture
  std::mutex mutex_;
  /// Differences whose place is not yet known, by fixture
  std::map<std::size_t, TraceDifference> pending_;
};

std::string axes_text(const Pipeline& pipeline, const std::vector<Variant>& variants,
                      const DeterminismOptions& options) {
  std::string names;
  for (const Variant& variant : variants) {
    names += (names.empty() ? "" : "; ") + variant.text(pipeline.backend);
  }
  return fmt::format("{}: {} x {} runs, and as many unwatched ({}), {} fresh process{}", pipeline.name,
                     variants.size(), options.runs, names, options.processes,
                     options.processes == 1 ? "" : "es");
}

}  // namespace

DeterminismReport check_determinism(const DeterminismOptions& options, Progress& progress) {
  const SuiteSpec suite = load_suite(options.suite);
  const std::vector<FixtureSpec> specs = chosen_fixtures(suite, options.fixtures);
  DeterminismReport report;
  report.suite = suite.name;
  report.skipped = skipped_targets(options.axes);
  std::vector<const Pipeline*> available;
  for (const Pipeline& pipeline : options.pipelines) {
    if (pipeline.unavailable.empty()) {
      // what is wrong with the axes is found before the work begins
      variants_of(pipeline, options.axes);
      available.push_back(&pipeline);
    } else {
      DeterminismRow row;
      row.pipeline = pipeline.name;
      row.skipped = pipeline.unavailable;
      report.rows.push_back(std::move(row));
      report.required_was_skipped = report.required_was_skipped || pipeline.required;
    }
  }
  std::vector<Subject> subjects = open_subjects(specs, {}, progress);
  for (const Pipeline* pipeline : available) {
    PipelineCheck check(options, *pipeline, subjects, progress);
    const auto passes = 2.0 * static_cast<double>(check.variants().size()) * options.runs + options.processes;
    progress.begin(fmt::format("running {}", pipeline->name), passes * static_cast<double>(subjects.size()));
    std::vector<DeterminismRow> rows = check.run();
    progress.end();
    report.axes.push_back(axes_text(*pipeline, check.variants(), options));
    report.rows.insert(report.rows.end(), std::make_move_iterator(rows.begin()),
                       std::make_move_iterator(rows.end()));
  }
  return report;
}

}  // namespace ffbench
