// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <sys/file.h>

#include "cli/program.hpp"

/// Inputs that are cut, damaged, held or encoded by what is not here, in every mode (FAULTS cases 4, 6, 7, 8, 9).
namespace scatterfold::cli {
namespace {

class DamagedInput : public ::testing::Test {
 protected:
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py";
  }
  std::string file() const { return scratch_ / "in.h5"; }
  std::string input() const { return file() + ":/x"; }

  /// Writes /x with lines of Python that have `f`, and `np`.
  void make(const std::string& lines, const std::string& format = "earliest") const {
    run_python("f = h5py.File(sys.argv[1], 'w', libver=sys.argv[2])\n" + lines, {file(), format});
  }

  /// A run in every mode ends with 3 and one line that says `parts`, and leaves no file. `rank`: the one that is to be
  /// named where there are three; -1: none is.
  void expect_refused(const std::string& name, const Words& parts, int rank = -1, bool with_mpi = true,
                      const Environment& environment = {}) const {
    for (const std::string mode : {"plan", "serial", "threads", "processes", "mpi"}) {
      SCOPED_TRACE(mode);
      if (mode == "mpi" && !(with_mpi && has_mpirun())) continue;
      if (mode == "plan" && rank >= 0) continue;  // looks at no data
      const bool ranks = mode == "processes" || mode == "mpi";
      Words words = {"moments", name, "-o", scratch_ / "out.h5", "--mode", mode == "mpi" ? "serial" : mode};
      if (mode == "plan") words = {"plan", "moments", name};
      if (mode == "processes") words.insert(words.end(), {"--processes", "3"});
      if (mode == "threads") words.insert(words.end(), {"--threads", "3"});

      const Outcome outcome = scatterfold(words, {.ranks = mode == "mpi" ? 3 : 0, .environment = environment});

      expect_error(outcome, 3, parts.front(), 2);
      for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
      const std::string named = "error: rank " + std::to_string(rank) + " (";
      EXPECT_EQ(outcome.err.find(rank >= 0 && ranks ? named : "error: rank ") != std::string::npos, rank >= 0 && ranks)
          << outcome.err;
      EXPECT_EQ(scratch_.names(), Words{"in.h5"});
    }
  }
  void expect_inspect_refuses(const std::string& part) const {
    for (const std::string& name : {file(), input()}) expect_error(scatterfold({"inspect", name}), 3, part, 2);
  }

  ScratchFolder scratch_;
};

const std::string plain = "f['x'] = np.arange(60000.).reshape(200, 300)\n";
const std::string packed =
    "f.create_dataset('x', data=np.arange(60000.).reshape(200, 300), chunks=(50, 100), compression='gzip')\n";

TEST_F(DamagedInput, CutAnywhereItNamesTheSizes) {
  for (const std::string format : {"earliest", "latest"}) {
    for (const std::string& lines : {plain, packed}) {
      make(lines, format);
      const std::string whole = slurp(file());
      for (const std::size_t size :
           {std::size_t{9}, std::size_t{47}, std::size_t{48}, std::size_t{700}, whole.size() / 2, whole.size() - 1}) {
        SCOPED_TRACE(format + " cut to " + std::to_string(size));
        spill(file(), whole.substr(0, size));
        Words parts = {"truncated file (" + file() + "): it has " + std::to_string(size) + " bytes"};
        // Where the size is written may be cut off, too.
        if (size >= 48) parts.push_back("its header says " + std::to_string(whole.size()));
        expect_refused(input(), parts, -1, size == 700);
        expect_inspect_refuses(parts.front());
      }
    }
  }
}

TEST_F(DamagedInput, ADamagedChunkIsNamedWithTheRankThatReadsIt) {
  const std::string flip =
      "i = f['x'].id.get_chunk_info_by_coord((29 * 65536,))\n"
      "f.close()\n"
      "g = open(sys.argv[1], 'r+b'); g.seek(i.byte_offset + i.size // 2); b = g.read(4)\n"
      "g.seek(i.byte_offset + i.size // 2); g.write(bytes(v ^ 0x55 for v in b))\n";
  for (const std::string filters : {"compression='gzip'", "fletcher32=True", "compression='gzip', fletcher32=True"}) {
    SCOPED_TRACE(filters);
    make("f.create_dataset('x', data=np.random.default_rng(1).integers(0, 999, 30 * 65536, 'i2'), chunks=(65536,), " +
         filters + ")\n" + flip);
    // The last of thirty chunks is the last rank's.
    expect_refused(input(), {"cannot read /x (" + file() + ", chunk (29)): "}, 2);
    // What is not selected is not read.
    EXPECT_EQ(json_of({"moments", input(), "-d", "0,0,1900544"})["result"]["count"], 1900544);
  }
}

TEST_F(DamagedInput, AStoredSizeThatLiesIsRefused) {
  const std::string lie =
      "i = f['x'].id.get_chunk_info_by_coord((100, 100)); f.close()\n"
      "import struct\n"
      "b = open(sys.argv[1], 'rb').read(); key = struct.pack('<IIQQQ', i.size, 0, 100, 100, 0)\n"
      "assert b.count(key) == 1\n"
      "open(sys.argv[1], 'wb').write(b.replace(key, struct.pack('<I', NEW) + key[4:]))\n";
  const std::string data =
      "f.create_dataset('x', data=np.arange(60000, dtype='f4').reshape(200, 300), chunks=(50, 100)";
  struct Lie {
    std::string filters, size, says, library_says;
  };
  const std::vector<Lie> lies = {
      // Of chunks without filters the library would read behind its room, or write there.
      {"", "0", "chunk (2, 1) in 0", ""},
      {"", "19999", "chunk (2, 1) in 19999", ""},
      {"", "20001", "chunk (2, 1) in 20001", ""},
      {"", "2**32 - 1", "chunk (2, 1) in 4294967295", ""},
      {", compression='gzip'", "0", "damaged", "chunk (2, 1)"},
      {", compression='gzip'", "7", "chunk (2, 1)): the deflate stream is broken", "chunk (2, 1)"},
      {", compression='gzip'", "2**32 - 1", "chunk (2, 1)): it claims 4294967295 stored bytes", "chunk (2, 1)"},
      {", fletcher32=True", "3", "chunk (2, 1)): no room for a fletcher32 checksum", "checksum is cut off"},
      {", scaleoffset=2", "1", "chunk (2, 1)): its packed bits are cut off", ""},
      {", scaleoffset=2", "30", "chunk (2, 1)): its packed bits are cut off", ""},
  };
  for (const Lie& lie_ : lies) {
    SCOPED_TRACE(lie_.filters + " " + lie_.size);
    make("NEW = " + lie_.size + "\n" + data + lie_.filters + ")\n" + lie);
    for (const std::string mode : {"serial", "threads", "processes"}) {
      expect_error(scatterfold({"moments", input(), "--mode", mode}), 3, lie_.says, 5);
    }
    expect_error(scatterfold({"moments", input()}, {.environment = {{"SCATTERFOLD_READ", "library"}}}), 3,
                 lie_.library_says.empty() ? lie_.says : lie_.library_says, 5);
  }
}

TEST_F(DamagedInput, AClaimOfManyBytesIsRefusedBeforeThereIsRoomForThem) {
  make(
      "f.create_dataset('x', data=np.arange(5000, dtype='f4'), chunks=(1000,), compression='gzip')\n"
      "i = f['x'].id.get_chunk_info_by_coord((2000,)); f.close()\n"
      "import os, struct\n"
      "b = open(sys.argv[1], 'rb').read(); key = struct.pack('<IIQQ', i.size, 0, 2000, 0)\n"
      "open(sys.argv[1], 'wb').write(b.replace(key, struct.pack('<I', 2**31) + key[4:]))\n"
      "os.truncate(sys.argv[1], 3 << 30)\n");  // a hole, so that there seem to be as many

  const Outcome outcome = scatterfold({"moments", input(), "--mode", "serial"});

  expect_error(outcome, 3, "chunk (2)): it claims 2147483648 stored bytes, more than can come of 4000", 5);
  EXPECT_TRUE(!as_released || outcome.peak_rss_kib < 128 << 10) << outcome.peak_rss_kib;
}

TEST_F(DamagedInput, AFilterThatIsNotThereIsNamedWithThePlacesSearched) {
  const auto make_filtered = [&](int id, const std::string& flag) {
    make("p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((10,)); p.set_filter(" + std::to_string(id) +
         ", h5py.h5z.FLAG_OPTIONAL, (1, 2))\n"
         "d = h5py.h5d.create(f.id, b'x', h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((20,)), p)\n"
         "for i in (0, 10): d.write_direct_chunk((i,), bytes(40), 0)\n"
         "f.close()\n" +
         flag);
  };
  // HDF5 does not let one create a dataset with a mandatory filter that is absent: the flag is turned in the file.
  const std::string mandatory =
      "import struct\n"
      "b = open(sys.argv[1], 'rb').read(); old = struct.pack('<HHHH', 4711, 0, 1, 2)\n"
      "assert b.count(old) == 1\n"
      "open(sys.argv[1], 'wb').write(b.replace(old, struct.pack('<HHHH', 4711, 0, 0, 2)))\n";
  for (const std::string& flag : {std::string(), mandatory}) {
    make_filtered(4711, flag);
    expect_refused(input(),
                   {"filter 4711 \"unnamed\" is not available (/x in " + file() + "; plugins looked for in /a:/b)",
                    "set HDF5_PLUGIN_PATH"},
                   -1, flag.empty(), {{"HDF5_PLUGIN_PATH", "/a:/b"}});
    const Outcome seen = scatterfold({"inspect", input()});
    EXPECT_EQ(seen.code, 0);
    EXPECT_NE(seen.out.find("is read     not at all: filter 4711"), std::string::npos) << seen.out;
  }
  make_filtered(32013, "");
  expect_error(scatterfold({"moments", input()}), 3, "filter 32013 \"zfp\" is not available", 2);
  // What scatterfold decodes itself needs no plugin; read by the library it does.
  make_filtered(32015, "");
  expect_error(scatterfold({"moments", input()}), 3, "chunk (0)): the zstd frame is broken", 2);
  expect_refused(input(), {"filter 32015 \"zstd\" is not available", "looked for in /a"}, -1, false,
                 {{"HDF5_PLUGIN_PATH", "/a"}, {"SCATTERFOLD_READ", "library"}});
}

TEST_F(DamagedInput, AWriterAndItsMarkAreToldApart) {
  make(packed, "latest");
  const int held = ::open(file().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(held, LOCK_EX | LOCK_NB), 0);
  expect_refused(input(), {"file is open for writing by another process (" + file() + "): wait until it is closed"});
  expect_inspect_refuses("file is open for writing by another process");
  ::close(held);
  for (const std::string kind : {"writing", "SWMR writing"}) {
    make(packed, "latest");
    run_python(
        "import os\n"
        "f = h5py.File(sys.argv[1], 'r+', libver='latest')\n"
        "if sys.argv[2] == 'SWMR writing': f.swmr_mode = True\n"
        "f.flush(); os._exit(0)\n",
        {file(), kind});
    const std::string marked = "file is marked as open for " + kind + " but no writer holds its lock (" + file() + ")";
    expect_refused(input(), {marked, "clear the mark with h5clear -s"}, -1, kind == "writing");
    expect_inspect_refuses(marked);
    // With locks turned off the mark still counts.
    expect_refused(input(), {marked}, -1, false, {{"HDF5_USE_FILE_LOCKING", "FALSE"}});
  }
}

}  // namespace
}  // namespace scatterfold::cli
