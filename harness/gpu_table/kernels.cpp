#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "harness/gpu_table/gpu_table.hpp"
#include "harness/gpu_table/npp.hpp"
#include "harness/gpu_table/workload.hpp"
#include "kernels/cuda/apply_gains.hpp"
#include "kernels/cuda/batch_launch.hpp"
#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/composite_tiles.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/frame_difference.hpp"
#include "kernels/cuda/mask_hysteresis.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/refine_landmark.hpp"
#include "kernels/cuda/timing.hpp"
#include "kernels/cuda/warp.hpp"

namespace ffbench {
namespace {

using namespace cuda;

constexpr int frame_width = 1920;
constexpr int frame_height = 1080;
constexpr int region_side = 680;
/// A region in which a pixel of the crop is two pixels of the frame wide.
constexpr double large_region = 1047.7;
constexpr int faces_of_a_batch = 32;
constexpr int nodes = 20;

DeviceBuffer on_device(const void* values, std::size_t bytes) {
  DeviceBuffer buffer(bytes);
  check(cudaMemcpy(buffer.data(), values, bytes, cudaMemcpyHostToDevice), "copying to the device");
  // The copy may return before it is done, and the streams here do not wait for it.
  check(cudaDeviceSynchronize(), "waiting for the device");
  return buffer;
}

DeviceBuffer random_buffer(std::size_t bytes, std::uint64_t seed) {
  std::vector<std::uint8_t> values(bytes);
  fill_random(values.data(), bytes, seed);
  return on_device(values.data(), bytes);
}

/// `count` face-frames as in the executor, ready to launch: every frame has one face, and every
/// face is a different one.
struct Prepared {
  Prepared(int count, const ExecutorOptions& options, double region = region_side)
      : constants(options), states(table_crop), memory(table_crop), plans(static_cast<std::size_t>(count)) {
    for (std::size_t i = 0; i < plans.size(); ++i) {
      plans[i].faces.push_back(table_face(static_cast<int>(i), 0.5 * frame_width, 0.5 * frame_height, region,
                                          frame_width, frame_height));
      jobs.push_back({{nullptr, frame_width, frame_height, 3 * frame_width}, &plans[i], {}});
    }
    plan = plan_batch(jobs, table_crop, true);
    key = {count, 1, size_class(plan.largest_tiles), BatchLaunch::fastest_packing(constants, plan, count)};
    memory.reserve(key, 0, plan.transfer_bytes, false);
    states.reserve(plan);
    const DeviceBuffer pixels = random_buffer(plan.transfer_bytes, 7);
    check(cudaMemcpy(memory.regions(), pixels.data(), plan.transfer_bytes, cudaMemcpyDeviceToDevice),
          "filling the frames");
    launch.emplace(constants, memory, plan, jobs, key);
    // Twice, so that the faces have a previous frame.
    for (int pass = 0; pass < 2; ++pass) {
      const std::size_t bytes = launch->write_parameters(states, options, 0);
      check(cudaMemcpy(memory.parameters(), memory.host_parameters(), bytes, cudaMemcpyHostToDevice),
            "copying parameters");
      every_stage();
      stream.synchronize();
    }
  }

  void every_stage() { launch->run(stream.get(), slowdown); }

  void warp(WarpStatistics statistics) { launch->warp(stream.get(), statistics); }

  void pixel_stages() {
    warp(WarpStatistics::none);
    launch->pack(stream.get());
    launch->composite(stream.get());
  }

  ExecutorConstants constants;
  FaceStates states;
  BatchMemory memory;
  std::vector<FramePlan> plans;
  std::vector<FrameJob> jobs;
  BatchPlan plan;
  GraphKey key;
  std::optional<BatchLaunch> launch;
  Slowdown slowdown{DeviceSlowdown{}};
  Stream stream;
};

/// Copies an operator's items to the device.
template <typename Item>
DeviceBuffer upload(const std::vector<Item>& items) {
  return on_device(items.data(), items.size() * sizeof(Item));
}

class Measurement {
 public:
  explicit Measurement(GpuTable& table)
      : table_(table), one_(1, table_options()), many_(faces_of_a_batch, table_options()) {}

  void run() {
    measure_copy();
    product_rows();
    whole_frame_rows();
    minifying_rows();
    refinement_row();
  }

 private:
  using Work = std::function<void(Prepared&)>;

  void add(const std::string& name, double bytes, const Work& work, double npp_us = 0) {
    add_on(one_, many_, name, bytes, work, npp_us);
  }

  void add_on(Prepared& one, Prepared& many, const std::string& name, double bytes, const Work& work,
              double npp_us) {
    KernelRow row;
    row.name = name;
    row.bytes = bytes;
    const auto single = [&] { work(one); };
    const auto batch = [&] { work(many); };
    row.stream_us = 1e6 * device_seconds(one.stream.get(), single, nodes, false);
    row.graph_us = 1e6 * device_seconds(one.stream.get(), single, nodes, true);
    row.batch_us = 1e6 * device_seconds(many.stream.get(), batch, 4, true) / faces_of_a_batch;
    row.copy_us = 1e6 * bytes / table_.device_copy_bytes_per_second;
    row.npp_us = npp_us;
    table_.kernels.push_back(row);
  }

  void measure_copy() {
    constexpr std::size_t bytes = std::size_t{1} << 30;
    const DeviceBuffer from = random_buffer(bytes, 3);
    const DeviceBuffer to(bytes);
    const double seconds = device_seconds(
        one_.stream.get(),
        [&] {
          check(cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice, one_.stream.get()),
                "copying");
        },
        4, false);
    table_.device_copy_bytes_per_second = 2.0 * static_cast<double>(bytes) / seconds;
  }

  void product_rows() {
    constexpr double crop_pixels = double{table_crop} * table_crop;
    constexpr double region_pixels = double{region_side} * region_side;
    const double warp_bytes = 3 * region_pixels + 3 * crop_pixels;
    const double paste_bytes = 6 * region_pixels + 4 * crop_pixels;
    const double npp = npp_warp_us(one_);
    add(
        "warp", warp_bytes, [](Prepared& p) { p.warp(WarpStatistics::none); }, npp);
    add("warp with gain statistics", warp_bytes, [](Prepared& p) { p.warp(WarpStatistics::of_preset); });
    add("gain update", 100, [](Prepared& p) { p.launch->gains(p.stream.get()); });
    add("area mask", 2 * crop_pixels, [](Prepared& p) { p.launch->masks(p.stream.get()); });
    // The composite of a batch packs crops itself; for one face a kernel packs them first.
    add("hysteresis (one face: gains too)", 3 * crop_pixels,
        [](Prepared& p) { p.launch->pack(p.stream.get()); });
    add("composite (batch: gains too)", paste_bytes,
        [](Prepared& p) { p.launch->composite(p.stream.get()); });
    add("four pixel stages", warp_bytes + 3 * crop_pixels + paste_bytes,
        [](Prepared& p) { p.pixel_stages(); });
    add("every stage", warp_bytes + 5 * crop_pixels + paste_bytes, [](Prepared& p) { p.every_stage(); });
    operator_rows(crop_pixels);
  }

  /// The operators alone, on images as they are outside the executor.
  void operator_rows(double crop_pixels) {
    const auto side = static_cast<std::size_t>(table_crop);
    const DeviceBuffer crops = random_buffer(faces_of_a_batch * 3 * side * side, 11);
    const DeviceBuffer masks = random_buffer(faces_of_a_batch * 2 * side * side, 12);
    const DeviceBuffer tables = random_buffer(768, 13);
    std::vector<ApplyGainsItem> gains;
    std::vector<MaskHysteresisItem> holds;
    for (std::size_t i = 0; i < faces_of_a_batch; ++i) {
      gains.push_back(
          {{crops.data() + i * 3 * side * side, table_crop, table_crop, 3 * table_crop}, tables.data()});
      holds.push_back({{masks.data() + 2 * i * side * side, table_crop, table_crop, table_crop},
                       {masks.data() + (2 * i + 1) * side * side, table_crop, table_crop, table_crop},
                       4});
    }
    const DeviceBuffer gain_items = upload(gains);
    const DeviceBuffer hold_items = upload(holds);
    add("operator apply-gains 512", 6 * crop_pixels, [&](Prepared& p) {
      apply_gains(gain_items.as<ApplyGainsItem>(), p.key.faces, table_crop, table_crop, true, p.stream.get());
    });
    add("operator mask-hysteresis 512", 3 * crop_pixels, [&](Prepared& p) {
      mask_hysteresis(hold_items.as<MaskHysteresisItem>(), p.key.faces, table_crop, table_crop,
                      p.stream.get());
    });
  }

  void whole_frame_rows() {
    constexpr double pixels = double{frame_width} * frame_height;
    constexpr std::size_t bytes = std::size_t{3} * frame_width * frame_height;
    const DeviceBuffer frames = random_buffer(faces_of_a_batch * bytes, 21);
    const DeviceBuffer others = random_buffer(faces_of_a_batch * bytes, 22);
    const DeviceBuffer tables = random_buffer(768, 13);
    const DeviceBuffer sums(faces_of_a_batch * sizeof(std::uint64_t));
    const DeviceBuffer words = random_buffer(4 * packed_words(table_crop, table_crop), 23);
    std::vector<ApplyGainsItem> gains;
    std::vector<FrameDifferenceItem> differences;
    std::vector<CompositeItem<PackedCrop>> pastes;
    std::vector<CompositeItem<PackedCrop>> faces;
    const double scale = table_crop / double{frame_width};
    for (std::size_t i = 0; i < faces_of_a_batch; ++i) {
      const Pixels frame{frames.data() + i * bytes, frame_width, frame_height, 3 * frame_width};
      const Pixels other{others.data() + i * bytes, frame_width, frame_height, 3 * frame_width};
      gains.push_back({frame, tables.data()});
      differences.push_back({frame, other, sums.as<unsigned long long>() + i});
      const PackedCrop packed{words.as<std::uint32_t>() + packed_origin(table_crop), table_crop, table_crop};
      pastes.push_back({packed,
                        to_map(AffineF(Affine(scale, 0, 0.25, 0, scale, 0.25))),
                        {0, 0, frame_width, frame_height},
                        frame});
      const FaceGeometry& face = many_.plans[i].faces.front().geometry;
      faces.push_back({packed, to_map(face.frame_to_crop), face.region, frame});
    }
    const DeviceBuffer gain_items = upload(gains);
    const DeviceBuffer difference_items = upload(differences);
    const DeviceBuffer paste_items = upload(pastes);
    add("operator apply-gains, whole 1080p", 6 * pixels, [&](Prepared& p) {
      apply_gains(gain_items.as<ApplyGainsItem>(), p.key.faces, frame_width, frame_height, true,
                  p.stream.get());
    });
    add("operator frame-difference, whole 1080p", 6 * pixels, [&](Prepared& p) {
      frame_difference(difference_items.as<FrameDifferenceItem>(), p.key.faces, frame_width, frame_height,
                       true, p.stream.get());
    });
    const DeviceBuffer face_items = upload(faces);
    add("operator composite, 680 x 680", 6.0 * region_side * region_side + 4.0 * table_crop * table_crop,
        [&](Prepared& p) {
          composite(face_items.as<CompositeItem<PackedCrop>>(), p.key.faces,
                    composite_tiles(region_side, region_side), p.constants.band, p.stream.get());
        });
    add("operator composite, whole 1080p", 6 * pixels + 4.0 * table_crop * table_crop, [&](Prepared& p) {
      composite(paste_items.as<CompositeItem<PackedCrop>>(), p.key.faces,
                composite_tiles(frame_width, frame_height), p.constants.band, p.stream.get());
    });
  }

  /// Both warps of faces twice as large as the crop.
  void minifying_rows() {
    const double bytes = 3 * large_region * large_region + 3.0 * table_crop * table_crop;
    for (const bool antialias : {false, true}) {
      ExecutorOptions options = table_options();
      options.preset.antialias = antialias;
      Prepared one(1, options, large_region);
      Prepared many(faces_of_a_batch, options, large_region);
      add_on(
          one, many, antialias ? "anti-aliased warp, scale 2" : "warp, scale 2", bytes,
          [](Prepared& p) { p.warp(WarpStatistics::none); }, 0);
    }
  }

  /// One pass over the five landmarks of a face. The time does not depend on the pixels.
  void refinement_row() {
    RefinementNetworks networks{};
    for (RefinementNetwork& network : networks) {
      network.shift1.fill(8);
      network.shift2.fill(8);
      network.shift3.fill(8);
    }
    constexpr std::size_t landmarks = 5;
    std::vector<RefinementItem> patches(faces_of_a_batch * landmarks);
    for (std::size_t i = 0; i < patches.size(); ++i) {
      LandmarkView view;
      fill_random(view.data(), view.size(), i);
      LandmarkReference reference;
      std::ranges::transform(std::span(view).first<reference_pixels>(), reference.begin(),
                             [](std::uint8_t v) { return static_cast<std::int16_t>(reference_steps * v); });
      patches[i] = refinement_item(view, reference, landmark_roles[i % landmarks].kind);
    }
    const DeviceBuffer tables = upload(std::vector<RefinementTables>{*refinement_tables(networks)});
    const DeviceBuffer items = upload(patches);
    const DeviceBuffer offsets(patches.size() * sizeof(RefinementOffset));
    add("landmark refinement, a pass of a face", landmarks * double{sizeof(RefinementItem)},
        [&](Prepared& p) {
          refine_landmark(items.as<RefinementItem>(), static_cast<int>(landmarks) * p.key.faces,
                          tables.as<RefinementTables>(), offsets.as<RefinementOffset>(), p.stream.get());
        });
  }

  /// NPP's warp of the same crop from the same frame.
  static double npp_warp_us(Prepared& p) {
    const RegionTransfer& transfer = p.plan.transfers.front();
    return npp_warp_seconds(p.memory.regions(), static_cast<int>(transfer.pitch), frame_width, frame_height,
                            p.memory.warped(0), table_crop,
                            p.plans.front().faces.front().geometry.frame_to_crop, p.stream.get(), nodes) *
           1e6;
  }

  GpuTable& table_;
  Prepared one_;
  Prepared many_;
};

}  // namespace

void measure_kernels(GpuTable& table) {
  Measurement(table).run();
}

}  // namespace ffbench
