// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "backend/conformance.hpp"
#include "backend/cuda/decode.hpp"
#include "backend/cuda/device_map.hpp"
#include "backend/cuda_devices.hpp"
#include "base/error.hpp"
#include "user/compiler.hpp"
#include "user/device_compiler.hpp"
#include "user/mapped_source.hpp"

/// What a user's code makes of elements on a GPU has the bits of the CPU, one by one and folded.
namespace scatterfold::conformance {
namespace {

/// Nothing that C++ leaves open: no whole number overflows, and none of those that stand for missing elements comes
/// out.
const UserCode codes[] = {
    {"x > 3 ? exp(x / 64.0) * sin(x) + pow(fabs(x), 1.5) / 3 : x * 0.25 - cbrt(x)", ""},
    {"x / 3 - (x < 0 ? 5 : x / 5)", "x != 5"},
    {"", "x > 1 && fmod(x, 7) >= 3"},
    {"to_int<short>(x) * 3", "x == x"},
};

/// A user's code for elements of one type, compiled for either side.
struct Compiled {
  Compiled(const UserCode& code, ElementType type)
      : loaded(compile(code, {{"x", type}}, "portable")), selects(!code.where.empty()) {
    const CudaDevice device = cuda_devices().at(0);
    program = compile_for_device(code, {{"x", type}}, fmt::format("sm_{}{}", device.major, device.minor)).bytes;
  }
  LoadedMap loaded;
  std::vector<std::byte> program;
  bool selects;
};

/// What it makes of elements.
struct Mapped {
  Mapped(const Source& elements, const Compiled& code)
      : places(elements.partition(), {elements.partition().elements()}),
        on_cpu({&elements}, places, code.loaded, code.selects),
        on_gpu(elements, code.program, code.selects) {}
  ElementPlaces places;
  MappedSource on_cpu;
  DeviceMappedSource on_gpu;
};

class UserCodeOnGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
    if (!has_device_compiler()) GTEST_SKIP() << "no NVRTC here";
  }
};

/// All values of a source of one unit, computed on the GPU as one piece.
std::vector<std::byte> values_on_gpu(const DeviceMappedSource& source) {
  using namespace cuda;
  const Source& elements = source.elements();
  const Decoding& d = elements.decoding();
  const std::int64_t count = elements.partition().elements(), size = size_of(d.stored);
  Piece piece;
  const Share share = share_of(elements.partition().segments(), 20, 0, 1);
  EXPECT_TRUE(PieceMaker(elements.partition(), share, size, std::int64_t{1} << 30).next(piece));
  std::vector<std::byte> stored(static_cast<std::size_t>(count * size));
  elements.read({0, 0, count}, stored.data());

  const auto bytes = static_cast<std::size_t>(piece.bytes);
  const Buffer data(Buffer::Kind::device, bytes), decoded(Buffer::Kind::device, 8 * bytes);
  check(cudaMemcpy(data.data(), stored.data(), stored.size(), cudaMemcpyHostToDevice), "copying data");
  PieceTables tables;
  tables.upload(nullptr, piece);
  if (d.needed) check(decode_values(nullptr, d, data.data(), count, decoded.data()), "decoding");
  const DeviceMap map(source);
  DeviceMap::Scratch scratch;
  const Values values = map.enqueue(nullptr, piece, tables, d.needed ? decoded.data() : data.data(), scratch);
  std::vector<std::byte> made(static_cast<std::size_t>(count * size_of(source.decoding().value)));
  check(cudaMemcpy(made.data(), values.data, made.size(), cudaMemcpyDeviceToHost), "fetching values");
  map.check_values(piece, scratch);
  return made;
}

std::vector<std::byte> values_on_cpu(const MappedSource& source) {
  const std::int64_t count = source.partition().elements();
  std::vector<std::byte> made(static_cast<std::size_t>(count * size_of(source.decoding().value)));
  source.read({0, 0, count}, made.data());
  return made;
}

/// Packed as netCDF-4 has it, with missing elements.
Decoding packed() {
  Decoding d = decoding(ElementType::int16, Data::missing);
  d.value = ElementType::float64;
  d.needed = d.packed = true;
  d.scale = 0.01;
  d.offset = 273.15;
  d.mark = {0x7ff8000000005ca7u, true};
  return d;
}

void expect_same(const std::vector<std::byte>& bytes, const Decoding& d, const Compiled& code,
                 const std::string& name) {
  SCOPED_TRACE(name);
  const auto serial = make_serial_backend(std::int64_t{64} << 20);
  const auto gpu = make_cuda_backend(0, 3, std::int64_t{64} << 20);
  const MemorySource whole = contiguous(bytes, d), parts = chunked(bytes, d);
  const Mapped one(whole, code), many(parts, code);
  const Decoding &expected = one.on_cpu.decoding(), &found = one.on_gpu.decoding();
  ASSERT_EQ(found.value, expected.value);
  EXPECT_EQ(found.mark.bits, expected.mark.bits);
  EXPECT_EQ(found.mark.given, expected.mark.given);
  const std::vector<std::byte> cpu = values_on_cpu(one.on_cpu), made = values_on_gpu(one.on_gpu);
  EXPECT_TRUE(cpu == made) << "from value "
                           << (std::ranges::mismatch(cpu, made).in1 - cpu.begin()) / size_of(expected.value);
  for (const NamedFold& named : all_folds(expected.value)) {
    EXPECT_EQ(digest(*gpu, one.on_gpu, *named.fold, 1), digest(*serial, one.on_cpu, *named.fold, 0)) << named.name;
    EXPECT_EQ(digest(*gpu, many.on_gpu, *named.fold, 0), digest(*serial, many.on_cpu, *named.fold, 0))
        << named.name << ", chunked";
  }
}

TEST_F(UserCodeOnGpu, has_the_bits_of_the_cpu_for_every_type) {
  for (int t = 0; t < element_type_count; ++t) {
    const auto type = static_cast<ElementType>(t);
    for (const UserCode& code : codes) {
      SCOPED_TRACE("--expr '" + code.value + "' --where '" + code.where + "'");
      const Compiled compiled(code, decoding(type, Data::plain).value);
      for (const Data data : {Data::special, Data::missing}) {
        expect_same(elements(type, data, 2 * segment_elements + 4097), decoding(type, data), compiled,
                    Case{type, data, false}.name());
      }
    }
  }
}

TEST_F(UserCodeOnGpu, has_the_bits_of_the_cpu_whatever_is_decoded_before) {
  const std::int64_t count = 2 * segment_elements + 77;
  Decoding nan_is_missing = decoding(ElementType::float64, Data::special);
  nan_is_missing.nan_is_missing = true;
  const Compiled code({"x * 2.0 - 1", "x < 300"}, ElementType::float64);
  expect_same(elements(ElementType::int16, Data::missing, count), packed(), code, "packed");
  expect_same(elements(ElementType::float64, Data::plain, count), decoding(ElementType::float64, Data::plain, true),
              code, "swapped");
  expect_same(elements(ElementType::float64, Data::special, count), nan_is_missing, code, "NaN is missing");
}

TEST_F(UserCodeOnGpu, has_the_bits_of_the_cpu_for_awkward_sizes) {
  const auto serial = make_serial_backend(std::int64_t{64} << 20);
  const auto gpu = make_cuda_backend(0, 2, std::int64_t{64} << 20);
  const Compiled code({"x * 2.0", "x > 0"}, ElementType::float32);
  for (const std::int64_t size : awkward_sizes) {
    const std::vector<std::byte> bytes = elements(ElementType::float32, Data::special, size);
    const MemorySource source = contiguous(bytes, decoding(ElementType::float32, Data::special));
    const Mapped mapped(source, code);
    for (const NamedFold& named : all_folds(ElementType::float64)) {
      EXPECT_EQ(digest(*gpu, mapped.on_gpu, *named.fold, 0), digest(*serial, mapped.on_cpu, *named.fold, 0))
          << named.name << " of " << size;
    }
  }
}

/// A digest, or what was said instead.
std::string outcome(Backend& backend, const Source& values, const Fold& fold) {
  try {
    return digest(backend, values, fold, 0);
  } catch (const NumericError& error) {
    return error.what();
  }
}

TEST_F(UserCodeOnGpu, refuses_a_whole_number_that_stands_for_missing_elements) {
  std::vector<std::int64_t> x(3 * segment_elements + 5, 7);
  x[x.size() / 2] = std::numeric_limits<std::int64_t>::min();
  std::vector<std::byte> bytes(x.size() * sizeof x[0]);
  std::memcpy(bytes.data(), x.data(), bytes.size());
  const Decoding d = decoding(ElementType::int64, Data::plain);
  const MemorySource whole = contiguous(bytes, d), parts = chunked(bytes, d);
  const auto serial = make_serial_backend(std::int64_t{64} << 20),
             gpu = make_cuda_backend(0, 2, std::int64_t{64} << 20);
  const std::vector<NamedFold> folds = all_folds(ElementType::int64);
  for (const Source* source : {static_cast<const Source*>(&whole), static_cast<const Source*>(&parts)}) {
    for (const char* where : {"", "x != 5", "x > 0"}) {
      const Compiled code({"x", where}, ElementType::int64);
      const Mapped mapped(*source, code);
      const std::string said = outcome(*gpu, mapped.on_gpu, *folds[0].fold);
      EXPECT_EQ(said, outcome(*serial, mapped.on_cpu, *folds[0].fold)) << where;
      EXPECT_EQ(said.find("a value of --kernel or --expr is -2^63 (unit ") == 0, std::string(where) == "x != 5")
          << said;
    }
  }
}

}  // namespace
}  // namespace scatterfold::conformance
