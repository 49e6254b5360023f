#include <array>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/rows.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/gains.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/tables.hpp"
#include "reference/gains.hpp"

namespace ffbench::operators {
namespace {

constexpr std::int64_t unit_gain = 65536;

/// A crop whose statistics are taken.
struct StatisticsInputs {
  Plane crop;
  Plane sums;

  std::vector<Plane*> planes() { return {&crop, &sums}; }
  std::vector<Plane*> outputs() { return {&sums}; }
  /// Every second pixel of every second row of the middle half, whole lines of the cache as they come.
  std::uint64_t bytes_moved() const { return crop.pixel_bytes() / 8; }
  std::string describe() const { return fmt::format("crop {}x{}", crop.width(), crop.height()); }
};

StatisticsInputs make_statistics(int width, int height, Content content, int padding, std::uint64_t seed) {
  return {Plane("crop", width, height, 3, padding, content, seed), Plane("sums", 24)};
}

/// Gains whose tables are made.
struct TableInputs {
  std::array<std::int64_t, 3> gain{};
  Plane tables;

  std::vector<Plane*> planes() { return {&tables}; }
  std::vector<Plane*> outputs() { return {&tables}; }
  std::uint64_t bytes_moved() const { return tables.pixel_bytes(); }
  std::string describe() const { return fmt::format("gains {} {} {} / 65536", gain[0], gain[1], gain[2]); }
};

/// A crop that is mapped through tables, in place.
struct ApplyInputs {
  std::array<std::array<std::uint8_t, 256>, 3> tables{};
  Plane crop;

  std::vector<Plane*> planes() { return {&crop}; }
  std::vector<Plane*> outputs() { return {&crop}; }
  std::uint64_t bytes_moved() const { return 2 * crop.pixel_bytes(); }
  std::string describe() const { return fmt::format("crop {}x{}", crop.width(), crop.height()); }
};

/// Tables in which no two channels and no two values agree by accident.
ApplyInputs make_apply(int width, int height, Content content, int padding, std::uint64_t seed) {
  ApplyInputs result{{}, Plane("crop", width, height, 3, padding, content, seed)};
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t v = 0; v < 256; ++v) {
      result.tables[c][v] = static_cast<std::uint8_t>(mixed(seed + c, v));
    }
  }
  return result;
}

template <typename Inputs, typename Make>
std::vector<NamedInputs<Inputs>> image_cases(Make make) {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, Content content, int padding,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark,
                      [=, seed = result.size() + 1] { return make(width, height, content, padding, seed); }});
  };
  for (int size : hostile_sizes()) {
    add("padded", size, 5, Content::random, 7);
    add("square", size, size, Content::random, 0);
    add("tall", 6, size, Content::extremes, 1);
  }
  for (Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add(name_of(content), 128, 128, content, 0);
  }
  add("random", 256, 256, Content::random, 0, true);
  add("random", 512, 512, Content::random, 0, true);
  add("random", 3840, 2160, Content::random, 0, true);
  // More than a million pixels, whose bytes are no multiple of 16.
  add("large", 1031, 1025, Content::random, 0);
  return result;
}

std::vector<NamedInputs<TableInputs>> table_cases() {
  std::vector<NamedInputs<TableInputs>> result;
  const auto add = [&](const std::string& name, std::int64_t b, std::int64_t g, std::int64_t r,
                       bool benchmark = false) {
    result.push_back({name, benchmark, [=] { return TableInputs{{b, g, r}, Plane("tables", 768)}; }});
  };
  add("unit", unit_gain, unit_gain, unit_gain);
  add("limits", unit_gain / 2, 2 * unit_gain, unit_gain);
  add("half-steps", unit_gain + 127, unit_gain + 128, unit_gain - 129);
  add("zero", 0, 127, 128);
  add("saturating", 1000 * unit_gain, 8 * unit_gain, 255);
  add("usual", unit_gain + 3000, unit_gain - 5000, unit_gain + 9999, true);
  return result;
}

std::function<void()> prepare_statistics(StatisticsInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto* sums = reinterpret_cast<unsigned long long*>(on(in.sums).data);
    const auto* item = on.put(cuda::StatisticsItem{on(in.crop), sums});
    return [&in, &on, item, sums] {
      on.clear(sums, 3 * sizeof *sums);
      cuda::gain_statistics(item, 1, in.crop.height(), on.light(), on.stream());
    };
  }
  return {};
}

/// The statistics as the executor takes them: of what the warp writes, here with a map that changes nothing.
template <int Count>
std::function<void()> prepare_fused_statistics(StatisticsInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto* sums = reinterpret_cast<unsigned long long*>(on(in.sums).data);
    const cuda::Pixels crop = on(in.crop);
    const std::vector<std::uint8_t> room(static_cast<std::size_t>(3 * in.crop.width() * in.crop.height()) +
                                         16);
    const cuda::Pixels warped{on.put(room.data(), room.size()), crop.width, crop.height, 3LL * crop.width};
    const auto* items = on.put_last(cuda::WarpItem{crop, {1, 0, 0, 0, 1, 0}, warped, sums, {}, {}}, Count);
    return [&in, &on, items, sums] {
      on.clear(sums, 3 * sizeof *sums);
      cuda::warp(items, Count, in.crop.width(), in.crop.height(), true, on.light(), on.stream());
    };
  }
  return {};
}

std::array<std::int64_t, 3> quantised(const TableInputs& in) {
  return {cuda::quantised_gain(in.gain[0]), cuda::quantised_gain(in.gain[1]),
          cuda::quantised_gain(in.gain[2])};
}

std::function<void()> prepare_tables(TableInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* gains = on.put(quantised(in).data(), 3);
    return [&in, &on, gains] { cuda::gain_tables(gains, on(in.tables).data, on.light(), on.stream()); };
  }
  return {};
}

void tables_on_host(TableInputs& in) {
  const cuda::LightTables& light = cuda::light_tables();
  std::array<std::uint8_t, 768> tables{};
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i] = cuda::gain_entry(light.linear[i % 256], quantised(in)[i / 256], light.code_of.data());
  }
  in.tables.assign(tables.data(), tables.size());
}

template <int Count>
std::function<void()> prepare_apply(ApplyInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* tables = on.put(in.tables[0].data(), sizeof in.tables);
    const auto* items = on.put_last(cuda::ApplyItem{on(in.crop), tables}, Count);
    const bool dense = on(in.crop).stride == 3 * in.crop.width();
    return [&in, &on, items, dense] {
      cuda::apply_gains(items, Count, in.crop.width(), in.crop.height(), dense, on.stream());
    };
  }
  return {};
}

}  // namespace

Operator gain_statistics_operator() {
  return make_operator<StatisticsInputs>(
      {"gain-statistics",
       "sums of linear light over the middle of a crop",
       {{"reference",
         [](StatisticsInputs& in) {
           const reference::LinearSums sums = reference::gain_statistics(in.crop.bgr());
           in.sums.assign(sums.data(), sizeof sums);
         }},
        {"cpu",
         [](StatisticsInputs& in) {
           const cpu::LinearSums sums = cpu::gain_statistics(in.crop.bgr());
           in.sums.assign(sums.data(), sizeof sums);
         }},
        on_cuda<StatisticsInputs>(prepare_statistics),
        on_cuda<StatisticsInputs>(prepare_fused_statistics<1>, "cuda:fused"),
        on_cuda<StatisticsInputs>(prepare_fused_statistics<4>, "cuda:fused-few"),
        on_cuda<StatisticsInputs>(prepare_fused_statistics<16>, "cuda:fused-batch")},
       ""},
      image_cases<StatisticsInputs>(make_statistics), [](std::uint64_t seed) {
        Generator draw(seed);
        const int width = draw.size(300);
        const int height = draw.size(300);
        const Content content = draw.content();
        return make_statistics(width, height, content, draw.padding(), seed);
      });
}

Operator gain_tables_operator() {
  return make_operator<TableInputs>({"gain-tables",
                                     "a byte table per channel from three gains",
                                     {{"reference",
                                       [](TableInputs& in) {
                                         const auto tables = reference::gain_tables({in.gain, true});
                                         in.tables.assign(tables.data(), sizeof tables);
                                       }},
                                      {"cpu",
                                       [](TableInputs& in) {
                                         const auto tables = cpu::gain_tables({in.gain, true});
                                         in.tables.assign(tables.data(), sizeof tables);
                                       }},
                                      on_cuda<TableInputs>(prepare_tables),
                                      cuda_arithmetic<TableInputs>(tables_on_host)},
                                     ""},
                                    table_cases(), [](std::uint64_t seed) {
                                      Generator draw(seed);
                                      TableInputs inputs{{}, Plane("tables", 768)};
                                      for (std::int64_t& gain : inputs.gain) {
                                        gain = draw.integer(0, 4 * 65536);
                                      }
                                      return inputs;
                                    });
}

Operator apply_gains_operator() {
  return make_operator<ApplyInputs>(
      {"apply-gains",
       "every byte through its channel's table",
       {{"reference", [](ApplyInputs& in) { reference::apply_gains(in.tables, in.crop.bgr()); }},
        {"cpu", [](ApplyInputs& in) { cpu::apply_gains(in.tables, in.crop.bgr(), in.crop.bgr()); }},
        on_cuda<ApplyInputs>(prepare_apply<1>),
        on_cuda<ApplyInputs>(prepare_apply<32>, "cuda:batch"),
        {"opencv",
         [](ApplyInputs& in) {
           cv::Mat_<cv::Vec3b> table(1, 256);
           for (int v = 0; v < 256; ++v) {
             for (int c = 0; c < 3; ++c) {
               table(0, v)[c] = in.tables[static_cast<std::size_t>(c)][static_cast<std::size_t>(v)];
             }
           }
           cv::Mat crop = opencv_view(in.crop);
           cv::LUT(crop, table, crop);
         }}},
       "LUT 8UC3"},
      image_cases<ApplyInputs>(make_apply), [](std::uint64_t seed) {
        Generator draw(seed);
        const int width = draw.size(300);
        const int height = draw.size(300);
        const Content content = draw.content();
        return make_apply(width, height, content, draw.padding(), seed);
      });
}

}  // namespace ffbench::operators
