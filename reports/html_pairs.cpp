#include "reports/html_pairs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/base64.hpp"
#include "reports/figures.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

constexpr int stride = 2;  ///< between the frames of a pair

/// By its ending; empty for what is not a picture.
std::string mime_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".webp") {
    return "image/webp";
  }
  if (extension == ".jpg" || extension == ".jpeg") {
    return "image/jpeg";
  }
  return extension == ".png" ? "image/png" : "";
}

/// The bytes of a picture file below `folder`; empty where there is none. A report may come from
/// anywhere: a path that leads out of the folder, by its text or by a link, is not read.
std::string picture_bytes(const std::filesystem::path& folder, const std::string& name) {
  constexpr std::uintmax_t most_bytes = 16U << 20U;
  if (name.empty() || mime_of(name).empty()) {
    return {};
  }
  std::error_code error;
  const auto root = std::filesystem::canonical(folder.empty() ? "." : folder, error);
  if (error) {
    return {};
  }
  const auto file = std::filesystem::canonical(root / name, error);
  if (error || std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first != root.end()) {
    return {};
  }
  // Asked before it is opened: opening a pipe would wait for its other end.
  if (!std::filesystem::is_regular_file(file, error) ||
      std::filesystem::file_size(file, error) > most_bytes) {
    return {};
  }
  try {
    return read_file(file, most_bytes);
  } catch (const Error&) {
    return {};  // shown as missing, like one that is not there
  }
}

/// A data URL, empty when there are no bytes. Only these image types, and only base64, ever reach
/// the page.
std::string picture_source(const Picture& picture, const HtmlOptions& options) {
  if (!picture.data.empty()) {
    constexpr std::array<std::string_view, 3> known{"image/png", "image/jpeg", "image/webp"};
    return std::ranges::find(known, picture.mime) != known.end() && is_base64(picture.data)
               ? fmt::format("data:{};base64,{}", picture.mime, picture.data)
               : "";
  }
  const std::string bytes = picture_bytes(options.pictures, picture.path);
  return bytes.empty() ? "" : fmt::format("data:{};base64,{}", mime_of(picture.path), to_base64(bytes));
}

data picture_view(const Picture& picture, const WorstPair& pair, const Result& result,
                  const HtmlOptions& options) {
  const std::string source = picture_source(picture, options);
  data view;
  view["role"] = picture.role;
  view["src"] = source.empty() ? flag(false) : data{source};
  view["missing"] = picture.path.empty() ? std::string("no picture")
                                         : picture.path + " is not a picture in the folder of the report";
  view["box"] = flag(pair.face_box.has_value());
  view["frame_width"] = fmt::format("{}", result.width);
  view["frame_height"] = fmt::format("{}", result.height);
  const std::array<int, 4> box = pair.face_box.value_or(std::array<int, 4>{});
  view["x"] = fmt::format("{}", box[0]);
  view["y"] = fmt::format("{}", box[1]);
  view["w"] = fmt::format("{}", box[2]);
  view["h"] = fmt::format("{}", box[3]);
  return view;
}

/// Where a picture belongs in a film.
struct Place {
  std::string who;
  std::string what;  ///< "frame" or "difference"
  int frame = 0;
};

std::optional<Place> place_of(const std::string& role) {
  const std::size_t comma = role.find(", ");
  const std::size_t blank = role.rfind(' ');
  if (comma == std::string::npos || blank <= comma + 1) {
    return std::nullopt;
  }
  Place place{.who = role.substr(0, comma), .what = role.substr(comma + 2, blank - comma - 2)};
  const char* end = role.data() + role.size();
  const auto [at, error] = std::from_chars(role.data() + blank + 1, end, place.frame);
  const bool known = place.what == "frame" || place.what == "difference";
  return error == std::errc() && at == end && known ? std::optional(place) : std::nullopt;
}

/// The film of a pair: rows of three pictures (earlier frame, later frame, difference) at the
/// pair's place, and every picture for the script, by "WHO WHAT FRAME".
void put_film(const WorstPair& pair, const Result& result, const HtmlOptions& options, data& view) {
  /// By who, then by "what frame"
  std::map<std::string, std::map<std::string, std::string>> sources;
  std::vector<std::string> order;
  std::set<int> frames;
  for (const Picture& picture : pair.pictures) {
    if (const auto place = place_of(picture.role)) {
      if (!sources.contains(place->who)) {
        order.push_back(place->who);
      }
      sources[place->who][fmt::format("{} {}", place->what, place->frame)] = picture_source(picture, options);
      if (place->what == "difference") {
        frames.insert(place->frame);
      }
    }
  }
  if (order.empty() || frames.empty()) {
    view["film"] = flag(false);
    return;
  }
  data film;
  data rows{data::type::list};
  nlohmann::json rest = nlohmann::json::object();
  for (const std::string& who : order) {
    data cells{data::type::list};
    std::set<std::string> placed;
    const auto add = [&](const std::string& what, int offset, const std::string& words) {
      const std::string key = fmt::format("{} {}", what, pair.frame + offset);
      data cell;
      cell["what"] = what;
      cell["offset"] = fmt::format("{}", offset);
      cell["words"] = words;
      cell["src"] = sources[who][key];
      cells << cell;
      placed.insert(key);
    };
    add("frame", -stride, fmt::format("frame {}", pair.frame - stride));
    add("frame", 0, fmt::format("frame {}", pair.frame));
    add("difference", 0, "difference ×8");
    for (const auto& [key, source] : sources[who]) {
      if (!placed.contains(key)) {
        rest[who][key] = source;
      }
    }
    data row;
    row["who"] = who;
    row["name"] = who == "candidate" ? result.pipeline
                  : who == "base"    ? std::string(base_pipeline_name)
                                     : who;
    row["cells"] = std::move(cells);
    rows << row;
  }
  film["rows"] = std::move(rows);
  film["first"] = fmt::format("{}", *frames.begin());
  film["last"] = fmt::format("{}", *frames.rbegin());
  film["rest"] = json_inside_script(json_text(rest));
  view["film"] = std::move(film);
}

}  // namespace

data pair_views(const FixtureGroup& group, const HtmlOptions& options) {
  data list{data::type::list};
  for (const Result* result : group.results) {
    for (const WorstPair& pair : result->worst_pairs) {
      data view;
      view["frame"] = fmt::format("{}", pair.frame);
      view["before"] = fmt::format("{}", pair.frame - stride);
      view["pipeline"] = result->pipeline;
      view["value"] = fixed(pair.value, 2);
      view["measure"] = std::string(!result->quality               ? "value"
                                    : result->quality->delta       ? "delta to base-3.5.0"
                                    : result->quality->delta_truth ? "delta to the truth render"
                                                                   : "tPSNR");
      view["tail"] = flag(pair.tail);
      data pictures{data::type::list};
      for (const Picture& picture : pair.pictures) {
        if (!place_of(picture.role)) {
          pictures << picture_view(picture, pair, *result, options);
        }
      }
      view["pictures"] = std::move(pictures);
      put_film(pair, *result, options, view);
      list << view;
    }
  }
  return list;
}

}  // namespace ffbench
