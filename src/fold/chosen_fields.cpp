// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/chosen_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/parse.hpp"

namespace scatterfold {
namespace {

class ChosenFields : public Fold {
 public:
  /// Of fields in their order, whether each is wanted.
  ChosenFields(std::unique_ptr<Fold> fold, const std::map<std::size_t, bool>& fields) : fold_(std::move(fold)) {
    for (const auto& [field, wanted] : fields) {
      fields_.push_back(field);
      wanted_.push_back(wanted);
    }
  }

  const KernelKey& key() const override { return fold_->key(); }
  bool weighted() const override { return fold_->weighted(); }
  std::int64_t state_bytes() const override { return fold_->state_bytes(); }
  std::int64_t slots() const override { return fold_->slots(); }
  void identity(void* state) const override { fold_->identity(state); }
  void merge(void* left, const void* right) const override { fold_->merge(left, right); }
  void merge_each(void* left, const void* right, std::int64_t count) const override {
    fold_->merge_each(left, right, count);
  }
  std::span<const std::byte> constants() const override { return fold_->constants(); }
  void place_params(void* params, const void* constants) const override { fold_->place_params(params, constants); }
  Result finish(const void* state, std::span<const std::int64_t> cells) const override {
    return fold_->finish(state, cells);
  }

  std::vector<ArrayField> array_fields(std::int64_t most_elements) const override {
    const std::vector<ArrayField> all = fold_->array_fields(most_elements);
    std::vector<ArrayField> chosen;
    for (std::size_t i = 0; i < fields_.size(); ++i) chosen.emplace_back(all[fields_[i]]).wanted = wanted_[i];
    return chosen;
  }
  void finish_each(const void* states, const std::int64_t* cells, std::int64_t count, std::int64_t most_elements,
                   const std::vector<std::uint64_t*>& out, std::uint8_t* empty) const override {
    const std::vector<ArrayField> all = fold_->array_fields(most_elements);
    std::vector<std::uint64_t*> to(all.size(), nullptr);
    for (std::size_t i = 0; i < fields_.size(); ++i) to[fields_[i]] = out[i];
    // What is not wanted goes to the same few places again and again.
    constexpr std::int64_t most_at_once = 1024;
    const std::int64_t step = std::min(most_at_once, count);
    std::vector<std::vector<std::uint64_t>> others(all.size());
    for (std::size_t f = 0; f < all.size(); ++f) {
      if (to[f] == nullptr) others[f].resize(static_cast<std::size_t>(step * all[f].width()));
    }
    for (std::int64_t first = 0; first < count; first += step) {
      std::vector<std::uint64_t*> here;
      for (std::size_t f = 0; f < all.size(); ++f)
        here.push_back(to[f] == nullptr ? others[f].data() : to[f] + first * all[f].width());
      fold_->finish_each(static_cast<const std::byte*>(states) + first * state_bytes(), cells + first * slots(),
                         std::min(step, count - first), most_elements, here, empty + first);
    }
  }

 private:
  std::unique_ptr<Fold> fold_;
  std::vector<std::size_t> fields_;
  std::vector<bool> wanted_;
};

}  // namespace

std::unique_ptr<Fold> choose_fields(std::unique_ptr<Fold> fold, const std::vector<std::string>& names,
                                    const std::vector<std::string>& looked_at) {
  std::vector<std::string> known;
  for (const ArrayField& field : fold->array_fields(1)) known.push_back(field.name);
  std::map<std::size_t, bool> fields;
  const auto add = [&](const std::string& name, bool wanted) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found != known.end()) fields[static_cast<std::size_t>(found - known.begin())] |= wanted;
    return found != known.end();
  };
  for (const std::string& name : names) {
    if (!add(name, true)) {
      const std::vector<std::string> near = near_names(name, known);
      throw UsageError(
          near.empty()
              ? fmt::format("there is no result \"{}\" (--only): use {}", name, fmt::join(known, ", "))
              : fmt::format("there is no result \"{}\" (--only): did you mean {}?", name, fmt::join(near, " or ")));
    }
  }
  for (const std::string& name : looked_at) add(name, false);
  return std::make_unique<ChosenFields>(std::move(fold), fields);
}

}  // namespace scatterfold
