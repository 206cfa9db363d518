// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/host_worker.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "conformance.hpp"

/// What is looked at in place: nothing of it is read, and nothing comes of it that went away meanwhile.
namespace scatterfold::conformance {
namespace {

/// Every other segment can be seen in place; the others must be read.
class SeenSource : public MemorySource {
 public:
  SeenSource(const std::vector<std::byte>& bytes, const Decoding& d, std::int64_t lost = -1)
      : MemorySource(contiguous(bytes, d)), bytes_(bytes.data()), lost_(lost) {}

  static bool seen(const Span& span) { return span.begin / segment_elements % 2 == 0; }

  ReadCost read(const Span& span, std::byte* out) const override {
    EXPECT_FALSE(seen(span)) << "read, although it is there";
    return MemorySource::read(span, out);
  }
  std::unique_ptr<SourceView> make_view() const override { return std::make_unique<View>(*this); }

 private:
  struct View : SourceView {
    explicit View(const SeenSource& s) : source(s) {}
    const std::byte* find(const Span& span) override {
      return seen(span) ? source.bytes_ + span.begin * size_of(source.decoding().stored) : nullptr;
    }
    void check(const Span& span) const override {
      EXPECT_TRUE(seen(span));
      if (span.begin <= source.lost_ && source.lost_ < span.end) throw InputError("it went away");
    }
    const SeenSource& source;
  };

  const std::byte* bytes_;
  std::int64_t lost_;  ///< this element is gone after it was found
};

const std::int64_t count = 9 * segment_elements + 4097;

TEST(HostWorker, folds_in_place_what_can_be_seen_there) {
  for (const Case& c :
       {Case{ElementType::float32, Data::special, false}, Case{ElementType::int16, Data::missing, false},
        Case{ElementType::float64, Data::plain, true}}) {
    const std::vector<std::byte> bytes = elements(c.type, c.data, count);
    const Decoding d = decoding(c.type, c.data, c.swapped);
    for (const NamedFold& named : all_folds(d.value)) {
      const std::string expected = digest(*make_serial_backend(1), contiguous(bytes, d), *named.fold, 0);
      const SeenSource source(bytes, d);
      EXPECT_EQ(digest(*make_serial_backend(1), source, *named.fold, 0), expected) << c.name() << " " << named.name;
      EXPECT_EQ(digest(*make_threads_backend(3, 1), source, *named.fold, 1), expected) << c.name() << " " << named.name;
    }
  }
}

TEST(HostWorker, counts_what_it_saw_as_read) {
  const std::vector<std::byte> bytes = elements(ElementType::float32, Data::plain, count);
  const SeenSource source(bytes, decoding(ElementType::float32, Data::plain));
  const std::vector<NamedFold> folds = all_folds(ElementType::float32);
  FoldProgress progress;
  std::vector<Partial> partials;
  partials.emplace_back(*folds[0].fold);
  const Share share = share_of(source.partition().segments(), 0, 0, 1);
  const WorkTimes times = make_threads_backend(2, 1)->fold(source, {folds[0].fold.get()}, share, partials, progress);
  EXPECT_EQ(times.bytes_read, 4 * count);
  EXPECT_EQ(times.bytes_in_place, 4 * 5 * segment_elements);
  EXPECT_EQ(times.elements, count);
  EXPECT_EQ(progress.elements, count);
}

TEST(HostWorker, makes_nothing_of_what_went_away) {
  const std::vector<std::byte> bytes = elements(ElementType::float32, Data::plain, count);
  const Decoding d = decoding(ElementType::float32, Data::plain);
  const std::vector<NamedFold> folds = all_folds(ElementType::float32);
  for (const std::int64_t lost : {std::int64_t{0}, 4 * segment_elements + 9, 9 * segment_elements - 1}) {
    const SeenSource source(bytes, d, lost);
    EXPECT_THROW(digest(*make_serial_backend(1), source, *folds[0].fold, 0), InputError) << lost;
    EXPECT_THROW(digest(*make_threads_backend(3, 1), source, *folds[0].fold, 0), InputError) << lost;
  }
}

}  // namespace
}  // namespace scatterfold::conformance
