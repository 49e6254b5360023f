#include "datasets/clip_cache.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "core/error.hpp"
#include "core/numeric/multiversion.hpp"
#include "core/system/parallel.hpp"
#include "core/system/temporary_file.hpp"

namespace ffbench {
namespace {

static_assert(std::endian::native == std::endian::little, "the cache's files are little-endian");

constexpr std::string_view head_mark = "FFBCLIP1";
constexpr std::string_view tail_mark = "FFBCEND1";
constexpr std::size_t entry_bytes = 48;
constexpr std::size_t tail_bytes = 40 + 8;

void append(std::string& to, std::uint64_t value) {
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), &value, 8);
  to.append(bytes.data(), 8);
}
void append(std::string& to, Digest d) {
  append(to, d.high);
  append(to, d.low);
}
std::uint64_t number_at(const char* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, 8);
  return value;
}
Digest digest_at(const char* from) {
  return {number_at(from), number_at(from + 8)};
}

FFBENCH_MULTIVERSION
void subtract(const std::uint8_t* row, const std::uint8_t* above, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(row[i] - above[i]);
  }
}

FFBENCH_MULTIVERSION
void add(const std::uint8_t* difference, const std::uint8_t* above, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(difference[i] + above[i]);
  }
}

/// A compressed frame. The buffers keep their size from frame to frame: fresh pages cost as much as
/// the compression of the noise-free part of a frame.
struct CompressedFrame {
  std::vector<std::uint8_t> differences;
  std::vector<char> buffer;
  std::size_t size = 0;  ///< of the buffer, in use
  Digest pixels;
};

void compress(ConstBgrView frame, CompressedFrame& out) {
  const std::size_t row_bytes = frame.row_bytes();
  std::vector<std::uint8_t>& differences = out.differences;
  differences.resize(row_bytes * static_cast<std::size_t>(frame.height));
  std::copy_n(frame.row(0), 3, differences.begin());
  subtract(frame.row(0) + 3, frame.row(0), row_bytes - 3, differences.data() + 3);
  for (int y = 1; y < frame.height; ++y) {
    subtract(frame.row(y), frame.row(y - 1), row_bytes,
             differences.data() + static_cast<std::size_t>(y) * row_bytes);
  }
  out.pixels = digest_of(frame);
  out.buffer.resize(ZSTD_compressBound(differences.size()));
  out.size = ZSTD_compress(out.buffer.data(), out.buffer.size(), differences.data(), differences.size(), 1);
  if (ZSTD_isError(out.size) != 0) {
    fail("a frame cannot be compressed: {}", ZSTD_getErrorName(out.size));
  }
}

Digest digest_of_digests(const std::vector<Digest>& digests) {
  std::string bytes;
  for (const Digest& d : digests) {
    append(bytes, d);
  }
  return digest_of(bytes.data(), bytes.size());
}

}  // namespace

struct ClipFile::Decoder {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
  std::vector<std::uint8_t> differences;
};

ClipFile::~ClipFile() = default;

void ClipFile::read_at(std::uint64_t offset, void* to, std::size_t bytes) const {
  auto* out = static_cast<char*>(to);
  while (bytes > 0) {
    const ssize_t got = ::pread(file_.get(), out, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      fail("{}: cannot be read at byte {}: {}", path_.string(), offset,
           got == 0 ? "the file ends" : std::strerror(errno));
    }
    out += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::size_t>(got);
  }
}

std::unique_ptr<ClipFile> ClipFile::open(const std::filesystem::path& path, const ClipKey& key) {
  std::unique_ptr<ClipFile> clip(new ClipFile);
  clip->path_ = path;
  clip->key_ = key;
  clip->file_ = open_descriptor(path, O_RDONLY);
  if (!clip->file_) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return nullptr;
    }
    fail("{}: cannot be opened: {}", path.string(), std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(clip->file_.get(), &status) != 0) {
    fail("{}: cannot be examined: {}", path.string(), std::strerror(errno));
  }
  clip->load_table(static_cast<std::uint64_t>(status.st_size));
  clip->check_frames();
  clip->decoder_ = std::make_unique<Decoder>();
  return clip;
}

void ClipFile::load_table(std::uint64_t file_bytes) {
  const std::uint64_t table_bytes = entry_bytes * static_cast<std::uint64_t>(key_.frames);
  if (file_bytes < head_mark.size() + table_bytes + tail_bytes) {
    fail("{}: too short", path_.string());
  }
  std::array<char, 8> mark{};
  read_at(0, mark.data(), mark.size());
  if (std::string_view(mark.data(), mark.size()) != head_mark) {
    fail("{}: is not a cached clip", path_.string());
  }
  std::vector<char> end(table_bytes + tail_bytes);
  const std::uint64_t table = file_bytes - end.size();
  read_at(table, end.data(), end.size());
  const char* tail = end.data() + table_bytes;
  std::array<std::uint32_t, 4> numbers{};
  std::memcpy(numbers.data(), tail, sizeof numbers);
  const Digest expected = digest_at(tail + 24);
  if (std::string_view(tail + 40, 8) != tail_mark || expected != digest_of(end.data(), table_bytes + 24) ||
      number_at(tail + 16) != table) {
    fail("{}: cut short or damaged", path_.string());
  }
  if (numbers[0] != static_cast<std::uint32_t>(key_.width) ||
      numbers[1] != static_cast<std::uint32_t>(key_.height) ||
      numbers[2] != static_cast<std::uint32_t>(key_.frames)) {
    fail("{}: holds {} frames of {}x{}", path_.string(), numbers[2], numbers[0], numbers[1]);
  }
  for (int i = 0; i < key_.frames; ++i) {
    const char* e = end.data() + static_cast<std::size_t>(i) * entry_bytes;
    const Entry entry{number_at(e), number_at(e + 8), digest_at(e + 16), digest_at(e + 32)};
    if (entry.offset > table || entry.bytes > table - entry.offset) {
      fail("{}: frame {} lies outside of the file", path_.string(), i);
    }
    entries_.push_back(entry);
  }
}

void ClipFile::check_frames() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    compressed_.resize(entries_[i].bytes);
    read_at(entries_[i].offset, compressed_.data(), compressed_.size());
    if (digest_of(compressed_.data(), compressed_.size()) != entries_[i].compressed) {
      fail("{}: frame {} is damaged", path_.string(), i);
    }
  }
}

void ClipFile::read(int index, BgrView out) {
  if (index < 0 || index >= key_.frames || out.width != key_.width || out.height != key_.height) {
    fail("{}: no frame {} of {}x{}; it has {} of {}x{}", path_.string(), index, out.width, out.height,
         key_.frames, key_.width, key_.height);
  }
  const Entry& entry = entries_[static_cast<std::size_t>(index)];
  const std::size_t row_bytes = out.row_bytes();
  std::vector<std::uint8_t>& differences = decoder_->differences;
  differences.resize(row_bytes * static_cast<std::size_t>(out.height));
  compressed_.resize(entry.bytes);
  read_at(entry.offset, compressed_.data(), compressed_.size());
  const std::size_t bytes = ZSTD_decompressDCtx(decoder_->context.get(), differences.data(),
                                                differences.size(), compressed_.data(), compressed_.size());
  bool sound = ZSTD_isError(bytes) == 0 && bytes == differences.size();
  if (sound) {
    std::uint8_t* first = out.row(0);
    std::copy_n(differences.begin(), 3, first);
    for (std::size_t i = 3; i < row_bytes; ++i) {
      first[i] = static_cast<std::uint8_t>(differences[i] + first[i - 3]);
    }
    for (int y = 1; y < out.height; ++y) {
      add(differences.data() + static_cast<std::size_t>(y) * row_bytes, out.row(y - 1), row_bytes,
          out.row(y));
    }
    sound = digest_of(ConstBgrView(out)) == entry.pixels;
  }
  if (!sound) {
    fail("{}: frame {} is damaged; remove the file and run again", path_.string(), index);
  }
}

Digest ClipFile::clip_digest() const {
  std::vector<Digest> digests;
  for (const Entry& e : entries_) {
    digests.push_back(e.pixels);
  }
  return digest_of_digests(digests);
}

Digest write_clip(const std::filesystem::path& path, const ClipKey& key, int threads,
                  const RenderFrame& render, const ClipProgress& progress) {
  // Not flushed to disk: every byte of a cached clip is checked when it is opened.
  TemporaryFile file(path, "set FFBENCH_CACHE to a folder that can be written and has space");
  file.write(head_mark.data(), head_mark.size());
  // A few frames at a time are drawn at once and then written in order, which bounds the memory.
  const int batch = std::max(threads, 1) * 2;
  std::vector<BgrImage> images(static_cast<std::size_t>(batch));
  std::vector<CompressedFrame> compressed(images.size());
  std::string table;
  std::vector<Digest> digests;
  for (int first = 0; first < key.frames; first += batch) {
    const int count = std::min(batch, key.frames - first);
    parallel_for(count, threads, [&](int i) {
      BgrImage& image = images[static_cast<std::size_t>(i)];
      image.resize(key.width, key.height);
      render(first + i, image.view());
      compress(image.const_view(), compressed[static_cast<std::size_t>(i)]);
    });
    for (int i = 0; i < count; ++i) {
      const CompressedFrame& frame = compressed[static_cast<std::size_t>(i)];
      append(table, file.size());
      append(table, frame.size);
      append(table, digest_of(frame.buffer.data(), frame.size));
      append(table, frame.pixels);
      digests.push_back(frame.pixels);
      file.write(frame.buffer.data(), frame.size);
    }
    if (progress) {
      progress(first + count);
    }
  }
  const std::uint64_t table_offset = file.size();
  append(table, static_cast<std::uint64_t>(key.width) | static_cast<std::uint64_t>(key.height) << 32U);
  append(table, static_cast<std::uint64_t>(key.frames));
  append(table, table_offset);
  append(table, digest_of(table.data(), table.size()));
  table += tail_mark;
  file.write(table.data(), table.size());
  file.put_in_place();
  return digest_of_digests(digests);
}

std::unique_ptr<ClipFile> open_or_render(const std::filesystem::path& folder, const ClipKey& key,
                                         const std::optional<Digest>& expected, int threads,
                                         const RenderFrame& render, const ClipProgress& progress,
                                         const std::function<void(const std::string&)>& message) {
  const std::filesystem::path path = folder / (key.name + ".clip");
  const auto say = [&](const std::string& text) {
    if (message) {
      message(text);
    }
  };
  try {
    std::unique_ptr<ClipFile> clip = ClipFile::open(path, key);
    if (clip && (!expected || clip->clip_digest() == *expected)) {
      return clip;
    }
    if (clip) {
      say(fmt::format("{}: not the clip of the manifest; rendering it again", path.string()));
    }
  } catch (const Error& error) {
    say(fmt::format("{}; rendering it again", error.what()));
  }
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    fail("{}: the cache folder cannot be created: {}; set FFBENCH_CACHE to a folder that can be written",
         folder.string(), problem.message());
  }
  const Digest digest = write_clip(path, key, threads, render, progress);
  if (expected && digest != *expected) {
    throw Error(
        fmt::format(
            "{}: this machine renders {}, the manifest says {}; the renderer is not deterministic, or it "
            "changed and datasets/manifest.json needs `ffbench fixtures update-manifest`",
            key.name, digest.hex(), expected->hex()),
        ExitCode::incorrect);
  }
  std::unique_ptr<ClipFile> clip = ClipFile::open(path, key);
  if (!clip) {
    fail("{}: disappeared while it was being used; run again", path.string());
  }
  return clip;
}

}  // namespace ffbench
