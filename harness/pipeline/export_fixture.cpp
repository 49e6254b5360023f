#include "harness/pipeline/export_fixture.hpp"

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_name.hpp"
#include "harness/system/output_folder.hpp"

#ifdef FFBENCH_WITH_FFMPEG
#include "datasets/image_file.hpp"
#include "datasets/track_file.hpp"
#include "datasets/video/video_writer.hpp"
#endif

namespace ffbench {

#ifdef FFBENCH_WITH_FFMPEG

ExportedFixture export_fixture(Fixture& fixture, const std::filesystem::path& folder,
                               const std::function<void()>& frame_done) {
  prepare_output_folder(folder);
  const std::string name = file_name_of(fixture.spec.name);
  ExportedFixture files{folder / (name + ".mp4"), folder / (name + ".track.json"),
                        folder / (name + ".source.png")};

  VideoWriterOptions options;
  options.width = fixture.clip->width();
  options.height = fixture.clip->height();
  options.frame_rate = in_thousandths(fixture.frames_per_second);
  VideoWriter writer(files.video, options);
  BgrImage frame(options.width, options.height);
  for (int t = 0; t < fixture.clip->frame_count(); ++t) {
    fixture.clip->read(t, frame.view());
    writer.write(frame.view());
    frame_done();
  }
  writer.finish();

  const std::string bytes = read_file(files.video);
  TrackFile track;
  track.video = files.video.filename().string();
  track.video_bytes = bytes.size();
  track.video_digest = digest_of(bytes.data(), bytes.size()).hex();
  track.observed = fixture.observed;
  track.truth = fixture.truth->track();
  write_track_file(files.track, track);
  write_png(files.source, fixture.source.view());
  return files;
}

#else

ExportedFixture export_fixture(Fixture& fixture, const std::filesystem::path&, const std::function<void()>&) {
  fail("{}: this build cannot write videos; configure with -DFFBENCH_WITH_FFMPEG=ON", fixture.spec.name);
}

#endif

}  // namespace ffbench
