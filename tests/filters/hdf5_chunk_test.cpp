// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>
#include <hdf5.h>

#include <algorithm>
#include <numeric>

#include "filters/chunk_decoder.hpp"
#include "filters/encode.hpp"

/// Chunks that the HDF5 library has written, raw and as the library reads them.
namespace scatterfold {
namespace {

using encode::Buffer;

/// A file in memory with one dataset of one chunk of opaque elements; ids are closed with the file.
class OneChunk {
 public:
  OneChunk(const std::vector<int>& filters, hsize_t elements, std::size_t element_bytes)
      : bytes_(elements * element_bytes) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 16, false);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    file_ = H5Fcreate("one_chunk.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &elements);
    for (const int filter : filters) {
      if (filter == filter_id::deflate) H5Pset_deflate(creation, 4);
      if (filter == filter_id::shuffle) H5Pset_shuffle(creation);
      if (filter == filter_id::fletcher32) H5Pset_fletcher32(creation);
    }
    type_ = H5Tcreate(H5T_OPAQUE, element_bytes);
    const hid_t space = H5Screate_simple(1, &elements, nullptr);
    dataset_ = H5Dcreate2(file_, "x", type_, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    H5Pclose(access);
  }
  ~OneChunk() {
    H5Dclose(dataset_);
    H5Tclose(type_);
    H5Fclose(file_);
  }
  OneChunk(const OneChunk&) = delete;
  OneChunk& operator=(const OneChunk&) = delete;

  void write(const Buffer& raw) {
    ASSERT_GE(H5Dwrite(dataset_, type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), 0);
    ASSERT_GE(H5Fflush(file_, H5F_SCOPE_LOCAL), 0);
  }

  /// As stored, and which filters were skipped.
  std::pair<Buffer, std::uint32_t> stored() const {
    const hsize_t origin = 0;
    hsize_t size = 0;
    EXPECT_GE(H5Dget_chunk_storage_size(dataset_, &origin, &size), 0);
    std::pair<Buffer, std::uint32_t> out{Buffer(size), 0};
    EXPECT_GE(H5Dread_chunk(dataset_, H5P_DEFAULT, &origin, &out.second, out.first.data()), 0);
    return out;
  }

  /// Puts stored bytes there and has the library read them.
  Buffer read_back(const Buffer& stored, std::uint32_t mask) {
    const hsize_t origin = 0;
    EXPECT_GE(H5Dwrite_chunk(dataset_, H5P_DEFAULT, mask, &origin, stored.size(), stored.data()), 0);
    // The dataset remembers the mask that its chunk had when it was opened.
    EXPECT_GE(H5Dclose(dataset_), 0);
    dataset_ = H5Dopen2(file_, "x", H5P_DEFAULT);
    Buffer out(bytes_);
    EXPECT_GE(H5Dread(dataset_, type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), 0);
    return out;
  }

  /// The pipeline as the file states it.
  std::vector<FilterStep> pipeline() const {
    const hid_t creation = H5Dget_create_plist(dataset_);
    std::vector<FilterStep> steps;
    for (int i = 0; i < H5Pget_nfilters(creation); ++i) {
      unsigned flags = 0, values[8] = {}, config = 0;
      std::size_t count = 8;
      const int id = H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &count, values, 0, nullptr, &config);
      steps.push_back({id, {values, values + count}});
    }
    H5Pclose(creation);
    return steps;
  }

 private:
  std::size_t bytes_;
  hid_t file_ = -1, type_ = -1, dataset_ = -1;
};

std::vector<std::vector<int>> orders() {
  std::vector<int> filters = {filter_id::deflate, filter_id::shuffle, filter_id::fletcher32};
  std::vector<std::vector<int>> out = {{}};
  do {
    for (std::size_t count = 1; count <= filters.size(); ++count) {
      out.emplace_back(filters.begin(), filters.begin() + static_cast<std::ptrdiff_t>(count));
    }
  } while (std::next_permutation(filters.begin(), filters.end()));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string text_of(const std::vector<int>& filters) {
  return std::accumulate(filters.begin(), filters.end(), std::string("filters"),
                         [](const std::string& text, int id) { return text + " " + std::to_string(id); });
}

TEST(Hdf5Chunk, DecodesWhatTheLibraryWrote) {
  for (const std::vector<int>& filters : orders()) {
    for (const std::size_t element_bytes : {1, 2, 3, 4, 8, 12, 16, 17}) {
      for (const std::size_t elements : {1, 7, 64, 1001}) {
        SCOPED_TRACE(text_of(filters) + ", " + std::to_string(elements) + " of " + std::to_string(element_bytes));
        const Buffer raw = encode::bytes_of(elements * element_bytes);
        OneChunk chunk(filters, elements, element_bytes);
        chunk.write(raw);
        const auto [stored, mask] = chunk.stored();
        ASSERT_TRUE(can_decode(chunk.pipeline(), static_cast<std::int64_t>(raw.size())));
        ChunkDecoder decoder(chunk.pipeline(), static_cast<std::int64_t>(raw.size()));
        const auto got = decoder.decode(stored, mask);
        EXPECT_TRUE(std::equal(got.begin(), got.end(), raw.begin(), raw.end()));
      }
    }
  }
}

TEST(Hdf5Chunk, TheLibraryReadsWhatTheTestsEncode) {
  for (const std::vector<int>& filters : orders()) {
    for (std::uint32_t mask = 0; mask < 1u << filters.size(); ++mask) {
      SCOPED_TRACE(text_of(filters) + ", mask " + std::to_string(mask));
      const Buffer raw = encode::bytes_of(1001 * 8);
      OneChunk chunk(filters, 1001, 8);
      EXPECT_EQ(chunk.read_back(encode::chunk(raw, chunk.pipeline(), mask), mask), raw);
    }
  }
}

TEST(Hdf5Chunk, TheLibraryTakesChecksumsOfEitherByteOrderToo) {
  const Buffer raw = encode::bytes_of(1001);
  OneChunk chunk({filter_id::fletcher32}, 1001, 1);
  EXPECT_EQ(chunk.read_back(encode::fletcher32(raw, true), 0), raw);
}

}  // namespace
}  // namespace scatterfold
