// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/device_mapped_source.hpp"

#include <utility>

#include "base/error.hpp"
#include "user/value_marks.hpp"

namespace scatterfold {

DeviceMappedSource::DeviceMappedSource(const Source& elements, std::vector<std::byte> program, bool selects)
    : elements_(elements), program_(std::move(program)) {
  const user::MissingRule rule = missing_rule(elements.decoding());
  decoding_ =
      decoding_of_values(static_cast<ElementType>(program_.back()), selects || rule.has_mark || rule.nan_is_missing);
}

ReadCost DeviceMappedSource::read(const Span&, std::byte*) const {
  throw Error(ExitCode::internal, "values that a GPU makes were to be read on the host");
}

}  // namespace scatterfold
