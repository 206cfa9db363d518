// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/made_by_python.hpp"

/// Every numeric dataset of a group, as "FILE:/group/*": each as if it were alone, in every mode.
namespace scatterfold::cli {
namespace {

constexpr const char* data_maker = R"(
random = np.random.default_rng(8)
with h5py.File(sys.argv[1], "w") as f:
    group = f.create_group("group")
    group["float"] = (280 + 15 * random.standard_normal((40, 50, 61))).astype("f4")
    packed = group.create_dataset("packed", data=random.integers(-3000, 3000, (40, 50, 61)).astype("i2"),
                                  chunks=(7, 13, 61), compression="gzip")
    packed.attrs.update(scale_factor=np.float64(0.01), add_offset=np.float64(273), _FillValue=np.int16(-2999))
    group["one"] = np.float64(2.5)
    group["names"] = np.array(["a", "b"], h5py.string_dtype())
    group.create_group("below")["deep"] = np.arange(4.0)
    f.create_group("empty")
    f.create_group("bad")["fine"] = np.arange(5.0)
    f["bad/nan"] = np.array([1.0, np.nan])
    f.create_group("cube")["a"] = np.arange(24.0).reshape(2, 3, 4)
    f["cube/b"] = np.arange(48.0).reshape(4, 3, 4)
)";
const Words datasets = {"float", "one", "packed"};
constexpr const char* passed_over = "passed over in /group/*: below (a group), names (strings)";

class Groups : public MadeByPython<Groups> {
 public:
  static constexpr const char* maker = data_maker;

 protected:
  static std::string all() { return file() + ":/group/*"; }
};

/// Without what no two runs have alike.
Json settled(Json document) {
  for (const char* key : {"wall_s", "throughput_gb_s", "bottleneck", "phases", "phases_spread", "notes"})
    document["run"].erase(key);
  document.erase("provenance");
  return document;
}

TEST_F(Groups, each_dataset_is_as_if_it_were_alone_in_every_mode) {
  for (const Words& analysis : {Words{"moments", "--order", "4"}, Words{"histogram", "--bins", "50"}}) {
    Words on_all = analysis;
    on_all.insert(on_all.begin() + 1, all());
    Words serial = on_all;
    serial.insert(serial.end(), {"--mode", "serial"});
    const Json whole = json_of(serial);
    EXPECT_EQ(whole["job"]["dataset"], "/group/*");
    EXPECT_EQ(whole["run"]["elements"], 2 * 40 * 50 * 61 + 1);
    EXPECT_EQ(whole["run"]["notes"][0], passed_over);
    ASSERT_EQ(whole["datasets"].size(), datasets.size()) << whole["datasets"];
    for (const std::string& name : datasets) {
      Words alone = analysis;
      alone.insert(alone.begin() + 1, file() + ":/group/" + name);
      alone.insert(alone.end(), {"--mode", "serial"});
      EXPECT_EQ(settled(whole["datasets"][name]), settled(json_of(alone))) << name;
    }
    const auto expect_same = [&](const Words& mode, int ranks) {
      Words words = on_all;
      words.insert(words.end(), mode.begin(), mode.end());
      const Json found = json_of(words, {.ranks = ranks});
      EXPECT_EQ(found["result_digest"], whole["result_digest"]) << as_text(words);
      for (const std::string& name : datasets)
        EXPECT_EQ(found["datasets"][name]["result_digest"], whole["datasets"][name]["result_digest"]) << name;
    };
    expect_same({}, 0);  // on a GPU where there is one
    expect_same({"--mode", "threads", "--threads", "3"}, 0);
    expect_same({"--mode", "processes", "--processes", "3"}, 0);
    if (has_mpirun()) expect_same({"--mode", "serial"}, 2);
  }
}

TEST_F(Groups, print_a_table_each_and_one_report_on_the_run) {
  const Outcome outcome = scatterfold({"moments", all(), "--mode", "serial"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  std::size_t at = 0;
  for (const std::string& name : datasets) {
    const std::string table = scatterfold({"moments", file() + ":/group/" + name, "-q"}).out;
    at = outcome.out.find("[/group/" + name + "]\n" + table, at);
    EXPECT_NE(at, std::string::npos) << name << "\n" << outcome.out;
  }
  EXPECT_EQ(outcome.err.find("wall"), outcome.err.rfind("wall")) << outcome.err;
  EXPECT_NE(outcome.err.find(std::string("note: ") + passed_over), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("244,001 elements"), std::string::npos) << outcome.err;
}

TEST_F(Groups, write_one_file) {
  const Outcome outcome =
      scatterfold({"moments", all(), "-o", out("all.h5"), "-q", "--mode", "processes", "--processes", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json alone = json_of({"moments", file() + ":/group/packed"});
  const std::string read =
      "f = h5py.File(sys.argv[1])\n"
      "print(json.dumps([sorted(f), f['packed/moments/mean'][()], f['packed'].attrs['result_digest']]))";
  const Json found = Json::parse(run_python(read, {out("all.h5")}));
  EXPECT_EQ(found[0], Json({"float", "one", "packed", "provenance"}));
  EXPECT_EQ(found[1], alone["result"]["mean"]);
  EXPECT_EQ(found[2], alone["result_digest"]);
}

TEST_F(Groups, work_from_a_job_file_with_several_analyses) {
  spill(out("job.toml"), "[input]\nfile = \"" + file() +
                             "\"\ndataset = \"/group/*\"\n[[analysis]]\nkind = \"moments\"\n"
                             "[[analysis]]\nkind = \"histogram\"\nbins = 7\n[output]\njson = \"-\"\n");
  const Json whole = scatterfold({"run", out("job.toml"), "-q"}).json();
  spill(out("one.toml"), "[input]\nfile = \"" + file() +
                             ":/group/float\"\n[[analysis]]\nkind = \"moments\"\n"
                             "[[analysis]]\nkind = \"histogram\"\nbins = 7\n[output]\njson = \"-\"\n");
  const Json alone = scatterfold({"run", out("one.toml"), "-q"}).json();
  EXPECT_EQ(whole["datasets"]["float"]["result"], alone["result"]);
  EXPECT_EQ(whole["datasets"]["float"]["result_digest"], alone["result_digest"]);
}

TEST_F(Groups, are_planned_dataset_by_dataset) {
  const Outcome outcome = scatterfold({"plan", "moments", all()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const std::string& name : datasets)
    EXPECT_NE(outcome.out.find(file() + ":/group/" + name + "\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(std::string("\nnote: ") + passed_over), std::string::npos) << outcome.out;
}

TEST_F(Groups, are_compared_like_one_dataset) {
  const Outcome outcome = scatterfold({"compare", "moments", all(), "--modes", "serial,processes", "--repeat", "1"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find(all() + ", 715 KiB"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("same bits in all of them"), std::string::npos) << outcome.out;
}

TEST_F(Groups, have_arrays_for_each_dataset) {
  const Words common = {"--dims", "0", "--only", "mean"};
  Words words = {"moments", file() + ":/cube/*"}, alone = {"moments", file() + ":/cube/b"};
  words.insert(words.end(), common.begin(), common.end());
  alone.insert(alone.end(), common.begin(), common.end());
  const Json found = json_of(words);
  EXPECT_EQ(found["datasets"]["b"]["result"], json_of(alone)["result"]);
  EXPECT_EQ(found["datasets"]["b"]["result_digest"], json_of(alone)["result_digest"]);
}

TEST_F(Groups, refuse_what_takes_one_dataset) {
  expect_error(scatterfold({"moments", file() + ":/cube/*", "--dims", "0", "-o", out("no.nc")}), 2,
               "/cube/* is all datasets of a group, and a file of arrays (-o) is of one dataset", 2);
  expect_error(scatterfold({"moments", all(), "--concat", "0"}), 2, "--concat joins one dataset", 2);
  EXPECT_FALSE(std::filesystem::exists(out("no.nc")));
}

TEST_F(Groups, are_looked_at_before_any_data_is_read) {
  for (const int ranks : {0, 2}) {
    if (ranks > 0 && !has_mpirun()) continue;
    const Start start{.ranks = ranks};
    expect_error(scatterfold({"moments", all(), "-d", "2,0,5", "--mode", "threads"}, start), 2, "/group/one", 2);
    expect_error(scatterfold({"moments", file() + ":/empty/*", "--mode", "threads"}, start), 3, "it is empty", 2);
    expect_error(scatterfold({"moments", file() + ":/grop/*", "--mode", "threads"}, start), 3, "did you mean /group?",
                 2);
  }
  expect_error(scatterfold({"plan", "moments", file() + ":/grop/*"}), 3, "did you mean /group?", 2);
}

TEST_F(Groups, leave_no_output_where_one_dataset_is_refused) {
  expect_error(scatterfold({"moments", file() + ":/bad/*", "--nan", "error", "-o", out("bad.h5")}), 6,
               "1 NaN in " + file() + ":/bad/nan", 2);
  EXPECT_FALSE(std::filesystem::exists(out("bad.h5")));
}

TEST_F(Groups, share_a_failure_of_one_rank) {
  const Outcome outcome = scatterfold({"moments", all(), "--mode", "processes", "--processes", "3"},
                                      {.environment = {{"SCATTERFOLD_FAULT", "rank=1,point=combine,kind=input"}}});
  expect_error(outcome, 3, "injected input (combine)", 5);
}

}  // namespace
}  // namespace scatterfold::cli
