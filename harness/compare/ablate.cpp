#include "harness/compare/ablate.hpp"

#include <fmt/core.h>

#include "core/preset.hpp"
#include "core/system/atomic_file.hpp"
#include "harness/pipeline/pipeline.hpp"

namespace ffbench::compare {

std::vector<AblationVariant> ablation_variants(const std::string& preset_name, const std::string& backend) {
  const Preset& whole = preset(preset_name);
  const auto pipeline = [&](const std::string& switches) {
    return fmt::format("enhanced:{}{}/{}", preset_name, switches, backend);
  };
  std::string all_off;
  for (const Feature& feature : features()) {
    all_off += whole.*feature.enabled ? fmt::format("-{}", feature.name) : std::string();
  }
  const std::string everything = fmt::format("preset {}", preset_name);
  std::vector<AblationVariant> variants{{everything, pipeline(""), ""}};
  for (const Feature& feature : features()) {
    const bool on = whole.*feature.enabled;
    variants.push_back({fmt::format("{} {}", on ? "without" : "with", feature.name),
                        pipeline(fmt::format("{}{}", on ? '-' : '+', feature.name)), everything});
  }
  variants.push_back({"no feature", pipeline(all_off), ""});
  for (const Feature& feature : features()) {
    variants.push_back({fmt::format("{} alone", feature.name),
                        pipeline(fmt::format("{}+{}", all_off, feature.name)), "no feature"});
  }
  return variants;
}

Ablation ablate(const AblateOptions& options, Progress& progress) {
  const std::string backend(name_of(parse_pipeline("enhanced/" + options.backend).backend));
  const std::vector<AblationVariant> variants = ablation_variants(options.preset, backend);
  SuiteOptions suite = options.suite;
  suite.run.pipelines = {parse_pipeline(base_pipeline_name)};
  for (const AblationVariant& variant : variants) {
    Pipeline pipeline = parse_pipeline(variant.pipeline);
    pipeline.required = true;
    suite.run.pipelines.push_back(std::move(pipeline));
  }
  Ablation ablation = tabulate(run_suite(suite, progress), options.preset, variants);
  write_file_atomically(suite.out / "ablation.json", to_json(ablation));
  write_file_atomically(suite.out / "ablation.md", to_markdown(ablation));
  write_file_atomically(suite.out / "ablation.html", to_html(ablation));
  return ablation;
}

}  // namespace ffbench::compare
