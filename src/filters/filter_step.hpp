// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string_view>
#include <vector>

namespace scatterfold {

/// One filter of a dataset's pipeline as the file states it: the filter's registered number and its client data.
struct FilterStep {
  int id = 0;
  std::vector<unsigned> parameters;
};

/// The registered numbers of the filters that are known here.
/// Source: https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md
namespace filter_id {
inline constexpr int deflate = 1, shuffle = 2, fletcher32 = 3;
inline constexpr int blosc = 32001, lz4 = 32004, bitshuffle = 32008, zstd = 32015;
}  // namespace filter_id

}  // namespace scatterfold
