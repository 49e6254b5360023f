#include "datasets/track_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

constexpr std::string_view schema_name = "ffbench.track/1";
constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

/// JSON has no NaN and no infinity, but Python's and JavaScript's writers emit them: each becomes null.
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

/// nlohmann's message without its "[json.exception.parse_error.101] parse error at ".
std::string bare_message(const std::exception& e) {
  std::string text = e.what();
  if (const auto end = text.find("] "); text.starts_with('[') && end != std::string::npos) {
    text.erase(0, end + 2);
  }
  constexpr std::string_view lead = "parse error at ";
  if (text.starts_with(lead)) {
    text.erase(0, lead.size());
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// Reads values of one file; its errors name file and place.
class Reader {
 public:
  Reader(std::string name, std::vector<std::string>& warnings)
      : name_(std::move(name)), warnings_(warnings) {}

  TrackFile file(const json& root) {
    if (!root.is_object()) {
      wrong("the file", "an object");
    }
    const auto schema = root.find("schema");
    if (schema == root.end() || !schema->is_string() || schema->get<std::string>() != schema_name) {
      fail("{}: schema is {}, not \"{}\"; give a track file as docs/track-files.md describes it", name_,
           schema == root.end() ? "missing" : schema->dump(), schema_name);
    }
    TrackFile file;
    const json& video = member(root, "video", "");
    file.video = string(video, "name", "/video", true);
    file.video_digest = string(video, "digest", "/video", false);
    if (video.contains("bytes")) {
      file.video_bytes =
          static_cast<std::uint64_t>(whole(member(video, "bytes", "/video"), "/video/bytes", 0));
    }
    file.observed.width = size(root, "width");
    file.observed.height = size(root, "height");
    file.observed.detector = string(root, "detector", "", true);
    file.detector_settings = string(root, "detector_settings", "", false);
    const std::int64_t count = whole(member(root, "frame_count", ""), "/frame_count", 0);
    read_frames(root, "observed", count, file.observed);
    if (root.contains("truth")) {
      FaceTrack truth;
      truth.width = file.observed.width;
      truth.height = file.observed.height;
      truth.detector = "truth";
      read_frames(root, "truth", count, truth);
      file.truth = std::move(truth);
    }
    return file;
  }

 private:
  [[noreturn]] void wrong(const std::string& where, std::string_view wanted) const {
    fail("{}: {} is not {}; docs/track-files.md describes the format", name_, where, wanted);
  }

  [[nodiscard]] const json& member(const json& parent, const char* key, const std::string& where) const {
    if (!parent.is_object()) {
      wrong(where.empty() ? "the file" : where, "an object");
    }
    const auto found = parent.find(key);
    if (found == parent.end()) {
      fail("{}: {}/{} is missing; docs/track-files.md describes the format", name_, where, key);
    }
    return *found;
  }

  [[nodiscard]] std::string string(const json& parent, const char* key, const std::string& where,
                                   bool required) const {
    if (!required && parent.is_object() && !parent.contains(key)) {
      return {};
    }
    const json& value = member(parent, key, where);
    if (!value.is_string()) {
      wrong(fmt::format("{}/{}", where, key), "a string");
    }
    return value.get<std::string>();
  }

  [[nodiscard]] std::int64_t whole(const json& value, const std::string& where, std::int64_t least) const {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    if (!value.is_number_integer() || value.get<double>() < static_cast<double>(least) ||
        value.get<double>() > static_cast<double>(most)) {
      wrong(where, fmt::format("a whole number from {} on", least));
    }
    return value.get<std::int64_t>();
  }

  [[nodiscard]] int size(const json& root, const char* key) const {
    const std::string where = fmt::format("/{}", key);
    constexpr std::int64_t most = 1 << 16;
    const std::int64_t value = whole(member(root, key, ""), where, 1);
    if (value > most) {
      wrong(where, fmt::format("at most {}", most));
    }
    return static_cast<int>(value);
  }

  void read_frames(const json& root, const char* key, std::int64_t count, FaceTrack& track) {
    const json& frames = member(root, key, "");
    const std::string where = fmt::format("/{}", key);
    if (!frames.is_array()) {
      wrong(where, "an array");
    }
    if (static_cast<std::int64_t>(frames.size()) != count) {
      fail(
          "{}: {} holds {} frames, but frame_count says {}; add the missing ones (with no faces where there "
          "are none)",
          name_, where, frames.size(), count);
    }
    lost_ = 0;
    track.frames.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      track.frames.push_back(frame(frames[i], fmt::format("{}/{}", where, i), track, static_cast<int>(i)));
    }
    if (lost_ > 0) {
      warnings_.push_back(
          fmt::format("{}: {}: {} faces have numbers that are not finite or far outside the frame; they "
                      "count as lost in their "
                      "frames (the first: frame {})",
                      name_, where, lost_, first_lost_));
    }
  }

  TrackFrame frame(const json& value, const std::string& where, const FaceTrack& track, int index) {
    TrackFrame result;
    const json& faces = member(value, "faces", where);
    if (!faces.is_array()) {
      wrong(where + "/faces", "an array");
    }
    if (const auto cut = value.find("cut"); cut != value.end()) {
      if (!cut->is_boolean()) {
        wrong(where + "/cut", "true or false");
      }
      result.cut = cut->get<bool>();
    }
    std::set<int> ids;
    for (std::size_t i = 0; i < faces.size(); ++i) {
      const std::string place = fmt::format("{}/faces/{}", where, i);
      const TrackedFace found = face(faces[i], place);
      if (!ids.insert(found.id).second) {
        fail("{}: {} has the id {} of another face in the frame; give each its own", name_, place, found.id);
      }
      if (is_usable(found, track)) {
        result.faces.push_back(found);
      } else {
        first_lost_ = lost_ == 0 ? index : first_lost_;
        ++lost_;
      }
    }
    std::sort(result.faces.begin(), result.faces.end(),
              [](const TrackedFace& a, const TrackedFace& b) { return a.id < b.id; });
    return result;
  }

  [[nodiscard]] TrackedFace face(const json& value, const std::string& where) const {
    TrackedFace face;
    const std::int64_t id = whole(member(value, "id", where), where + "/id", 0);
    if (id > std::numeric_limits<int>::max()) {
      wrong(where + "/id", "small enough");
    }
    face.id = static_cast<int>(id);
    const json& box = member(value, "box", where);
    if (!box.is_array() || box.size() != 4) {
      wrong(where + "/box", "four numbers");
    }
    face.box = {number(box[0], where + "/box/0"), number(box[1], where + "/box/1"),
                number(box[2], where + "/box/2"), number(box[3], where + "/box/3")};
    if (value.contains("score")) {
      face.score = number(value["score"], where + "/score");
    }
    points(member(value, "landmarks5", where), where + "/landmarks5", face.landmarks5);
    if (const auto all = value.find("landmarks68"); all != value.end() && !all->is_null()) {
      face.landmarks68.emplace();
      points(*all, where + "/landmarks68", *face.landmarks68);
    }
    return face;
  }

  [[nodiscard]] double number(const json& value, const std::string& where) const {
    if (value.is_null()) {
      return missing_number;
    }
    if (!value.is_number()) {
      wrong(where, "a number");
    }
    return value.get<double>();
  }

  template <std::size_t N>
  void points(const json& value, const std::string& where, std::array<Point, N>& out) const {
    if (!value.is_array() || value.size() != N) {
      wrong(where, fmt::format("an array of {} points", N));
    }
    for (std::size_t i = 0; i < N; ++i) {
      if (value[i].is_null()) {
        out[i] = {missing_number, missing_number};
        continue;
      }
      if (!value[i].is_array() || value[i].size() != 2) {
        wrong(fmt::format("{}/{}", where, i), "a pair of numbers");
      }
      const std::string place = fmt::format("{}/{}", where, i);
      out[i] = {number(value[i][0], place), number(value[i][1], place)};
    }
  }

  template <std::size_t N>
  static bool are_usable(const std::array<Point, N>& points, const FaceTrack& track) {
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

  static bool is_usable(const TrackedFace& face, const FaceTrack& track) {
    const Box& b = face.box;
    const bool box = std::isfinite(b.x0) && std::isfinite(b.y0) && std::isfinite(b.x1) &&
                     std::isfinite(b.y1) && b.width() > 0 && b.height() > 0;
    return box && std::isfinite(face.score) && are_usable(face.landmarks5, track) &&
           (!face.landmarks68 || are_usable(*face.landmarks68, track));
  }

  std::string name_;
  std::vector<std::string>& warnings_;
  int lost_ = 0;
  int first_lost_ = 0;
};

/// A number in as few digits as give it back exactly; null where it is not finite.
std::string text_of(double value) {
  return json(value).dump();
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
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

TrackFileRead parse_track_file(std::string_view text, const std::string& name) {
  TrackFileRead result;
  json root;
  try {
    root = json::parse(with_null_for_non_finite(text));
  } catch (const json::exception& e) {
    fail("{}: {}; mend the JSON, or remove the file to have it made anew", name, bare_message(e));
  }
  result.file = Reader(name, result.warnings).file(root);
  return result;
}

TrackFileRead read_track_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    fail("{}: is a folder; name a track file", path.string());
  }
  return parse_track_file(read_file(path), path.string());
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
        "it made "
        "anew",
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
