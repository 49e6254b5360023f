#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/clip.hpp"
#include "datasets/clip_cache.hpp"

namespace ffbench {

/// Clips whose frames need more are not mapped: 4 GiB.
inline constexpr std::uint64_t most_mapped_bytes = std::uint64_t{4} << 30U;

/// The clip with its frames decoded in one file of `folder`, which is mapped: reading a frame is a
/// copy. The file is named by the clip's digest. It is written where it is missing, and again where
/// a byte of it is not what the clip's table of digests says; of two processes that write it at
/// once the last one wins, with the same bytes.
///
///     offset            content, little-endian
///     0                 the frames' pixels, one frame after the other, rows without padding
///     3 w h n           "FFBFRAM1", width u32, height u32, frames u32, 0 u32, the clip's digest
///                       (high u64, low u64)
///
/// Every byte is compared with the digests when the file is opened, on `threads` threads. `message`
/// hears why a file that is there is not used. Clips of more than `most_mapped_bytes` are returned
/// as they are. Throws `Error` where the file cannot be written.
std::unique_ptr<Clip> map_frames(std::unique_ptr<ClipFile> clip, const std::filesystem::path& folder,
                                 int threads, const std::function<void(const std::string&)>& message);

}  // namespace ffbench
