// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/chosen_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/parse.hpp"

namespace scatterfold {
namespace {

class ChosenFields : public Fold {
 public:
  ChosenFields(std::unique_ptr<Fold> fold, std::vector<std::size_t> fields)
      : fold_(std::move(fold)), fields_(std::move(fields)) {}

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
    for (const std::size_t f : fields_) chosen.push_back(all[f]);
    return chosen;
  }
  void finish_each(const void* states, const std::int64_t* cells, std::int64_t count, std::int64_t most_elements,
                   const std::vector<std::uint64_t*>& out, std::uint8_t* empty) const override {
    const std::vector<ArrayField> all = fold_->array_fields(most_elements);
    std::vector<std::vector<std::uint64_t>> others(all.size());
    std::vector<std::uint64_t*> to(all.size(), nullptr);
    for (std::size_t i = 0; i < fields_.size(); ++i) to[fields_[i]] = out[i];
    for (std::size_t f = 0; f < all.size(); ++f) {
      if (to[f] != nullptr) continue;
      others[f].resize(static_cast<std::size_t>(count * all[f].width()));
      to[f] = others[f].data();
    }
    fold_->finish_each(states, cells, count, most_elements, to, empty);
  }

 private:
  std::unique_ptr<Fold> fold_;
  std::vector<std::size_t> fields_;
};

}  // namespace

std::unique_ptr<Fold> choose_fields(std::unique_ptr<Fold> fold, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const ArrayField& field : fold->array_fields(1)) known.push_back(field.name);
  std::vector<std::size_t> fields;
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      const std::vector<std::string> near = near_names(name, known);
      throw UsageError(
          near.empty()
              ? fmt::format("there is no result \"{}\" (--only): use {}", name, fmt::join(known, ", "))
              : fmt::format("there is no result \"{}\" (--only): did you mean {}?", name, fmt::join(near, " or ")));
    }
    fields.push_back(static_cast<std::size_t>(found - known.begin()));
  }
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return std::make_unique<ChosenFields>(std::move(fold), std::move(fields));
}

}  // namespace scatterfold
