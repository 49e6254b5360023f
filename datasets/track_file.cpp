#include "datasets/track_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/limits.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

constexpr std::string_view schema_name = "ffbench.track/1";
constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t largest_whole_number = std::int64_t{1} << 53U;

/// An hour of faces is a gigabyte of text.
JsonOptions options() {
  JsonOptions options;
  options.most_bytes = std::size_t{1} << 30U;
  options.hint = "docs/track-files.md describes the format";
  return options;
}

/// JSON has no NaN and no infinity, but Python's and JavaScript's writers emit them: each becomes
/// null.
std::string with_null_for_non_finite(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) {
        out += text[++i];
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    bool replaced = false;
    for (const std::string_view word : {"NaN", "-NaN", "nan", "-nan", "Infinity", "-Infinity"}) {
      if (text.substr(i).starts_with(word)) {
        out += "null";
        i += word.size() - 1;
        replaced = true;
        break;
      }
    }
    if (!replaced) {
      out += c;
      in_string = c == '"';
    }
  }
  return out;
}

template <std::size_t N>
bool are_usable(const std::array<Point, N>& points, const FaceTrack& track) {
  constexpr double furthest = 10;  // frame sizes
  const double far_x = furthest * track.width;
  const double far_y = furthest * track.height;
  const bool near = std::all_of(points.begin(), points.end(), [&](Point p) {
    return std::isfinite(p.x) && std::isfinite(p.y) && std::abs(p.x) <= far_x && std::abs(p.y) <= far_y;
  });
  const bool spread =
      std::any_of(points.begin(), points.end(), [&](Point p) { return !(p == points.front()); });
  return near && spread;
}

bool is_usable(const TrackedFace& face, const FaceTrack& track) {
  const Box& b = face.box;
  const bool box = std::isfinite(b.x0) && std::isfinite(b.y0) && std::isfinite(b.x1) && std::isfinite(b.y1) &&
                   b.width() > 0 && b.height() > 0;
  return box && std::isfinite(face.score) && are_usable(face.landmarks5, track) &&
         (!face.landmarks68 || are_usable(*face.landmarks68, track));
}

template <std::size_t N>
void read_points(const JsonReader& json, std::array<Point, N>& out) {
  const std::vector<JsonReader> points = json.items();
  if (points.size() != N) {
    json.wrong("expected {} points, found {}", N, points.size());
  }
  for (std::size_t i = 0; i < N; ++i) {
    if (points[i].is_null()) {
      out[i] = {missing_number, missing_number};
    } else {
      const auto [x, y] = points[i].numbers_of<2>();
      out[i] = {x, y};
    }
  }
}

TrackedFace read_face(const JsonReader& json) {
  TrackedFace face;
  face.id = json.at("id").integer_from(0, std::numeric_limits<int>::max());
  const auto [x0, y0, x1, y1] = json.at("box").numbers_of<4>();
  face.box = {x0, y0, x1, y1};
  if (const auto score = json.find("score")) {
    face.score = score->number_or_nan();
  }
  read_points(json.at("landmarks5"), face.landmarks5);
  if (const auto all = json.find("landmarks68"); all && !all->is_null()) {
    read_points(*all, face.landmarks68.emplace());
  }
  return face;
}

/// The faces of a frame that can be used; `lost` counts the others.
TrackFrame read_frame(const JsonReader& json, const FaceTrack& track, int& lost) {
  TrackFrame frame;
  frame.cut = json.flag_or("cut", false);
  std::set<int> ids;
  const JsonReader faces = json.at("faces");
  const std::vector<JsonReader> items = faces.items();
  if (items.size() > most_faces_in_frame) {
    faces.wrong("holds {} faces, more than the {} that are read in a frame; leave out the smallest",
                items.size(), most_faces_in_frame);
  }
  for (const JsonReader& item : items) {
    const TrackedFace face = read_face(item);
    if (!ids.insert(face.id).second) {
      item.wrong("has the id {} of another face in the frame; give each its own", face.id);
    }
    if (is_usable(face, track)) {
      frame.faces.push_back(face);
    } else {
      ++lost;
    }
  }
  std::sort(frame.faces.begin(), frame.faces.end(),
            [](const TrackedFace& a, const TrackedFace& b) { return a.id < b.id; });
  return frame;
}

void read_frames(const JsonReader& root, const char* key, const std::string& name, FaceTrack& track,
                 std::vector<std::string>& warnings) {
  const JsonReader json = root.at(key);
  const std::vector<JsonReader> frames = json.items();
  const std::int64_t count = root.at("frame_count").whole_from(0, largest_whole_number);
  if (static_cast<std::int64_t>(frames.size()) != count) {
    json.wrong(
        "holds {} frames, but frame_count says {}; add the missing ones (with no faces where there "
        "are none)",
        frames.size(), count);
  }
  int lost = 0;
  int first_lost = -1;
  track.frames.reserve(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    track.frames.push_back(read_frame(frames[i], track, lost));
    first_lost = first_lost < 0 && lost > 0 ? static_cast<int>(i) : first_lost;
  }
  if (lost > 0) {
    warnings.push_back(
        fmt::format("{}: {}: {} faces have numbers that are not finite or far outside the frame; they "
                    "count as lost in their frames (the first: frame {})",
                    name, key, lost, first_lost));
  }
}

TrackFile read_track(const JsonReader& root, const std::string& name, std::vector<std::string>& warnings) {
  root.require_schema(schema_name, "give a track file");
  TrackFile file;
  const JsonReader video = root.at("video");
  file.video = video.at("name").text();
  file.video_digest = video.text_or("digest", "");
  if (const auto bytes = video.find("bytes")) {
    file.video_bytes = static_cast<std::uint64_t>(bytes->whole_from(0, largest_whole_number));
  }
  constexpr int largest_frame = 1 << 16;
  file.observed.width = root.at("width").integer_from(1, largest_frame);
  file.observed.height = root.at("height").integer_from(1, largest_frame);
  file.observed.detector = root.at("detector").text();
  file.detector_settings = root.text_or("detector_settings", "");
  read_frames(root, "observed", name, file.observed, warnings);
  if (root.contains("truth")) {
    FaceTrack& truth = file.truth.emplace();
    truth.width = file.observed.width;
    truth.height = file.observed.height;
    truth.detector = "truth";
    read_frames(root, "truth", name, truth, warnings);
  }
  return file;
}

/// A number in as few digits as give it back exactly; null where it is not finite.
std::string text_of(double value) {
  return json_text_of(value);
}

template <std::size_t N>
std::string text_of(const std::array<Point, N>& points) {
  std::string out = "[";
  for (std::size_t i = 0; i < N; ++i) {
    out += fmt::format("{}[{},{}]", i == 0 ? "" : ",", text_of(points[i].x), text_of(points[i].y));
  }
  return out + "]";
}

std::string text_of(const TrackFrame& frame) {
  std::string out = frame.cut ? R"({"cut":true,"faces":[)" : R"({"faces":[)";
  for (std::size_t i = 0; i < frame.faces.size(); ++i) {
    const TrackedFace& f = frame.faces[i];
    out += fmt::format(R"({}{{"id":{},"box":[{},{},{},{}],"score":{},"landmarks5":{})", i == 0 ? "" : ",",
                       f.id, text_of(f.box.x0), text_of(f.box.y0), text_of(f.box.x1), text_of(f.box.y1),
                       text_of(f.score), text_of(f.landmarks5));
    if (f.landmarks68) {
      out += fmt::format(R"(,"landmarks68":{})", text_of(*f.landmarks68));
    }
    out += "}";
  }
  return out + "]}";
}

std::string text_of(const std::vector<TrackFrame>& frames) {
  std::string out = "[";
  for (std::size_t i = 0; i < frames.size(); ++i) {
    out += fmt::format("{}\n    {}", i == 0 ? "" : ",", text_of(frames[i]));
  }
  return out + "\n  ]";
}

std::string quoted(const std::string& text) {
  // File names may hold any bytes; those that are not UTF-8 become U+FFFD.
  return json_text_of(text);
}

}  // namespace

TrackFileRead parse_track_file(std::string_view text, const std::string& name) {
  TrackFileRead result;
  const JsonReader root = parse_json(with_null_for_non_finite(text), name, options());
  result.file = read_track(root, name, result.warnings);
  return result;
}

TrackFileRead read_track_file(const std::filesystem::path& path) {
  return parse_track_file(read_file(path, options().most_bytes), path.string());
}

std::string format_track_file(const TrackFile& file) {
  const FaceTrack& track = file.observed;
  std::string out =
      fmt::format("{{\n  \"schema\": \"{}\",\n  \"video\": {{\"name\": {}", schema_name, quoted(file.video));
  if (file.video_bytes > 0) {
    out += fmt::format(", \"bytes\": {}", file.video_bytes);
  }
  if (!file.video_digest.empty()) {
    out += fmt::format(", \"digest\": {}", quoted(file.video_digest));
  }
  out +=
      fmt::format("}},\n  \"width\": {},\n  \"height\": {},\n  \"frame_count\": {},\n  \"detector\": {},\n",
                  track.width, track.height, track.frames.size(), quoted(track.detector));
  if (!file.detector_settings.empty()) {
    out += fmt::format("  \"detector_settings\": {},\n", quoted(file.detector_settings));
  }
  out += fmt::format("  \"observed\": {}", text_of(track.frames));
  if (file.truth) {
    out += fmt::format(",\n  \"truth\": {}", text_of(file.truth->frames));
  }
  return out + "\n}\n";
}

void write_track_file(const std::filesystem::path& path, const TrackFile& file) {
  write_file_atomically(path, format_track_file(file));
}

void fit_to_clip(TrackFile& file, const std::string& name, int width, int height, int frame_count,
                 bool video_truncated, std::vector<std::string>& warnings) {
  FaceTrack& track = file.observed;
  if (track.width != width || track.height != height) {
    fail("{}: is for frames of {}x{}, but the video's are {}x{}; give the track of this video", name,
         track.width, track.height, width, height);
  }
  const auto wanted = static_cast<std::size_t>(frame_count);
  if (track.frames.size() < wanted || (track.frames.size() > wanted && !video_truncated)) {
    fail(
        "{}: holds {} frames, but the video has {}; give the track of this video, or remove the file to have "
        "it made again",
        name, track.frames.size(), frame_count);
  }
  if (track.frames.size() > wanted) {
    warnings.push_back(
        fmt::format("{}: holds {} frames of which the cut-off video has the first {}; the others are "
                    "not used",
                    name, track.frames.size(), frame_count));
    track.frames.resize(wanted);
    if (file.truth) {
      file.truth->frames.resize(wanted);
    }
  }
}

}  // namespace ffbench
