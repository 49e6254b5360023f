#include "harness/pipeline/refined_tracks.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

constexpr std::string_view mark = "FFBREF01";
constexpr std::size_t digest_bytes = 16;

void append(std::string& to, const void* data, std::size_t bytes) {
  to.append(static_cast<const char*>(data), bytes);
}

void append(std::string& to, const Digest& digest) {
  append(to, &digest.high, 8);
  append(to, &digest.low, 8);
}

/// Of all faces, in order.
std::vector<double> landmarks_of(const FaceTrack& track) {
  std::vector<double> numbers;
  for (const TrackFrame& frame : track.frames) {
    for (const TrackedFace& face : frame.faces) {
      for (const Point& point : face.landmarks5) {
        numbers.push_back(point.x);
        numbers.push_back(point.y);
      }
    }
  }
  return numbers;
}

FaceTrack with_landmarks(FaceTrack track, const std::vector<double>& numbers) {
  std::size_t at = 0;
  for (TrackFrame& frame : track.frames) {
    for (TrackedFace& face : frame.faces) {
      for (Point& point : face.landmarks5) {
        point = {numbers[at], numbers[at + 1]};
        at += 2;
      }
    }
  }
  return track;
}

std::string file_of(const Digest& key, const std::vector<double>& numbers) {
  std::string bytes(mark);
  append(bytes, key);
  append(bytes, numbers.data(), numbers.size() * sizeof(double));
  append(bytes, digest_of(bytes.data(), bytes.size()));
  return bytes;
}

/// Nothing where there is no such file, or it is not what `file_of` makes.
std::optional<std::vector<double>> read_numbers(const std::filesystem::path& path, const Digest& key,
                                                std::size_t count) {
  std::error_code none;
  const std::size_t head = mark.size() + digest_bytes;
  const std::size_t size = head + count * sizeof(double) + digest_bytes;
  if (!std::filesystem::is_regular_file(path, none) || std::filesystem::file_size(path, none) != size) {
    return std::nullopt;
  }
  const std::string bytes = read_file(path, size);
  if (bytes.size() != size) {
    return std::nullopt;
  }
  std::vector<double> numbers(count);
  if (count > 0) {
    std::memcpy(numbers.data(), bytes.data() + head, count * sizeof(double));
  }
  return bytes == file_of(key, numbers) ? std::optional(std::move(numbers)) : std::nullopt;
}

}  // namespace

Digest digest_of(const FaceTrack& track) {
  Hasher hasher;
  const auto put = [&hasher](auto value) { hasher.update(&value, sizeof value); };
  put(track.width);
  put(track.height);
  for (const TrackFrame& frame : track.frames) {
    put(static_cast<std::uint64_t>(frame.faces.size()));
    put(static_cast<int>(frame.cut));
    for (const TrackedFace& face : frame.faces) {
      put(face.id);
      put(face.box);
      put(face.score);
      hasher.update(face.landmarks5.data(), sizeof face.landmarks5);
      put(static_cast<int>(face.landmarks68.has_value()));
      if (face.landmarks68) {
        hasher.update(face.landmarks68->data(), sizeof *face.landmarks68);
      }
    }
  }
  return hasher.digest();
}

RefinedTracks::RefinedTracks(std::filesystem::path folder, std::string program)
    : folder_(std::move(folder)), program_(std::move(program)) {}

FaceTrack RefinedTracks::get(const FaceTrack& observed, const Digest& clip, const std::string& settings,
                             const std::function<FaceTrack()>& refine) const {
  const std::string words =
      fmt::format("{}\n{}\n{}\n{}", program_, clip.hex(), digest_of(observed).hex(), settings);
  const Digest key = digest_of(words.data(), words.size());
  const std::filesystem::path path = folder_ / (key.hex() + ".landmarks");
  if (const auto numbers = read_numbers(path, key, landmarks_of(observed).size())) {
    return with_landmarks(observed, *numbers);
  }
  FaceTrack refined = refine();
  std::error_code problem;
  std::filesystem::create_directories(folder_, problem);
  if (problem) {
    fail("{}: the folder of refined tracks cannot be made: {}; set FFBENCH_CACHE to another folder",
         folder_.string(), problem.message());
  }
  write_file_atomically(path, file_of(key, landmarks_of(refined)));
  return refined;
}

}  // namespace ffbench
