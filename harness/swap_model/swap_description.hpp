#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ffbench {

/// What a network's second input, the source, is fed with.
enum class SourceInput {
  none,
  image,   ///< the aligned source portrait
  vector,  ///< numbers from the description, e.g. an embedding made by another program
};

/// How a picture becomes a network's input: (value / 255 - mean) / standard deviation per channel,
/// in the order of `rgb`, planes of `size` x `size` binary32 numbers.
struct NetworkPicture {
  std::string input;  ///< the network's name for it
  std::string warp_template;
  int size = 0;
  std::array<double, 3> mean{0, 0, 0};  ///< in the network's channel order
  std::array<double, 3> standard_deviation{1, 1, 1};
  bool rgb = true;
};

/// The data file beside a swap network: MODEL.swap.json for MODEL.onnx (docs/swap-models.md, schema
/// harness/swap_model/swap_model.schema.json).
struct SwapDescription {
  NetworkPicture target;
  std::string output;  ///< the network's name for its output: planes as the target's
  /// The output has the target's mean and deviation; otherwise it lies in [0, 1]
  bool denormalise = false;
  SourceInput source_kind = SourceInput::none;
  NetworkPicture source;             ///< of SourceInput::image
  std::vector<float> source_vector;  ///< of SourceInput::vector
};

/// Parses a description; `origin` is for messages. Throws `Error` that names the file and the
/// place.
SwapDescription parse_swap_description(std::string_view text, const std::string& origin);

/// MODEL.swap.json of MODEL.onnx.
std::filesystem::path description_path(const std::filesystem::path& model);

}  // namespace ffbench
