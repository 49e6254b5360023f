#pragma once

#include <string>
#include <vector>

namespace ffbench {

/// One kernel, or a chain of them, on one face-frame: a 1080p frame, a crop of 512, a region of 680
/// x 680.
struct KernelRow {
  std::string name;
  double bytes = 0;      ///< that any implementation has to move for one face-frame
  double stream_us = 0;  ///< one face-frame, launched one after another
  double graph_us = 0;   ///< one face-frame, in a graph
  double batch_us = 0;   ///< a face-frame of 32 in one launch, in a graph, each with its own images
  double copy_us = 0;    ///< a device copy that moves the bytes of 32 face-frames, of one of them
  double npp_us = 0;     ///< NPP's nearest call in a graph; 0: none
};

/// Frames from page-locked memory to page-locked memory through the executor.
struct TransferRow {
  std::string name;
  int width = 0;
  int height = 0;
  int faces = 0;
  double frame_us = 0;           ///< of the best pass, as the copies' rates are
  double median_us = 0;          ///< of all passes
  double bytes = 0;              ///< of a frame, one way
  double copy_share = 0;         ///< of `host_copy_bytes_per_second`; 0: not asked
  double region_copy_share = 0;  ///< of `region_copy_bytes_per_second`; 0: not asked
};

struct GpuTable {
  std::string device;
  std::string driver;
  std::string cuda;
  std::string started;
  double device_copy_bytes_per_second = 0;  ///< read and written
  double host_copy_bytes_per_second = 0;    ///< each way, both at once, large copies
  double region_copy_bytes_per_second = 0;  ///< the same for regions of eight frames
  std::vector<KernelRow> kernels;
  std::vector<TransferRow> transfers;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;
};

/// Measures all of it on one device, in some seconds. Throws `Error` where there is no device.
GpuTable measure_gpu_table(int device);

/// The two halves of the table.
void measure_kernels(GpuTable& table);
void measure_transfers(GpuTable& table, int device);

}  // namespace ffbench
