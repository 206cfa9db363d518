// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backend/conformance.hpp"
#include "backend/cuda/device_fold.hpp"
#include "backend/cuda_devices.hpp"

/// Pieces of any size on any number of streams give the bits of the CPU. The backend itself has three streams, and
/// pieces by --memory.
namespace scatterfold::conformance {
namespace {

using namespace cuda;

/// A stream with what its piece needs on the way.
struct Track {
  Stream stream = make_stream();
  Buffer pinned, device;
  PieceTables tables;
  DeviceFold::Scratch scratch;
  Piece piece;
  const std::byte* state = nullptr;  ///< of the piece that is on its way, on the device
};

void start(Track& track, const Source& source, const DeviceFold& fold) {
  const auto bytes = static_cast<std::size_t>(track.piece.bytes);
  track.pinned.reserve(Buffer::Kind::pinned, bytes);
  track.device.reserve(Buffer::Kind::device, bytes);
  for (const Piece::Placed& placed : track.piece.spans)
    source.read(placed.span, track.pinned.data() + placed.offset_bytes);
  check(cudaMemcpyAsync(track.device.data(), track.pinned.data(), bytes, cudaMemcpyHostToDevice, track.stream.get()),
        "copying data");
  track.tables.upload(track.stream.get(), track.piece);
  track.state = fold.enqueue(track.stream.get(), track.piece, track.tables,
                             {track.device.data(), false, source.decoding().mark}, track.scratch);
}

/// Waits for the piece of a stream and takes its state, where there is one.
void finish(Track& track, const Fold& fold, int level, Forest& forest) {
  check(cudaStreamSynchronize(track.stream.get()), "waiting for a piece");
  if (track.state == nullptr) return;
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  check(cudaMemcpy(state.data(), track.state, state.size(), cudaMemcpyDeviceToHost), "fetching a state");
  forest.insert(level, track.piece.first_segment, state.data());
  track.state = nullptr;
}

std::string digest_by(int streams, int level, const Source& source, const Fold& fold) {
  const DeviceFold device_fold(fold);
  std::vector<Track> tracks(static_cast<std::size_t>(streams));
  Partial partial(fold);
  const Share share = share_of(source.partition().segments(), level, 0, 1);
  PieceMaker pieces(source.partition(), share, size_of(source.decoding().stored), std::int64_t{1} << 30);
  std::size_t turn = 0;
  for (;; turn = (turn + 1) % tracks.size()) {
    finish(tracks[turn], fold, level, partial.forest);
    if (!pieces.next(tracks[turn].piece)) break;
    start(tracks[turn], source, device_fold);
  }
  for (Track& track : tracks) finish(track, fold, level, partial.forest);
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  if (device_fold.is_table()) device_fold.add_cells(partial.cells);
  if (!state.empty()) partial.forest.root(state.data());
  return result_digest({fold.finish(state.data(), partial.cells)});
}

class GpuStreams : public testing::TestWithParam<ElementType> {};

TEST_P(GpuStreams, of_any_number_give_the_bits_of_the_cpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const Decoding d = decoding(GetParam(), Data::special);
  const std::vector<std::byte> bytes = elements(GetParam(), Data::special, 70 * segment_elements + 4097);
  const MemorySource whole = contiguous(bytes, d), parts = chunked(bytes, d);
  const auto serial = make_serial_backend(std::int64_t{64} << 20);
  for (const Source* source : {static_cast<const Source*>(&whole), static_cast<const Source*>(&parts)}) {
    for (const NamedFold& named : all_folds(d.value)) {
      const std::string expected = digest(*serial, *source, *named.fold, 0);
      for (const int streams : {1, 2, 3, 8}) {
        for (const int level : {0, 2, 5}) {
          EXPECT_EQ(digest_by(streams, level, *source, *named.fold), expected)
              << named.name << (source == &whole ? ", " : ", chunked, ") << streams << " streams, runs of 2^" << level
              << " segments";
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, GpuStreams,
                         testing::Values(ElementType::int8, ElementType::int64, ElementType::float32,
                                         ElementType::float64),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace scatterfold::conformance
