// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "filters/filter_step.hpp"

namespace scatterfold {

struct NamedPipeline {
  std::string name;
  std::vector<FilterStep> steps;
};

inline FilterStep deflate_step() { return {filter_id::deflate, {6}}; }
inline FilterStep shuffle_step(unsigned element_bytes) { return {filter_id::shuffle, {element_bytes}}; }
inline FilterStep fletcher32_step() { return {filter_id::fletcher32, {}}; }
inline FilterStep zstd_step() { return {filter_id::zstd, {3}}; }
inline FilterStep lz4_step(unsigned block_bytes = 0) {
  return {filter_id::lz4, block_bytes == 0 ? std::vector<unsigned>{} : std::vector<unsigned>{block_bytes}};
}
inline FilterStep bitshuffle_step(unsigned element_bytes, unsigned block = 0, unsigned compression = 0) {
  return {filter_id::bitshuffle, {0, 4, element_bytes, block, compression}};
}
inline FilterStep blosc_step(unsigned element_bytes, unsigned shuffling = 1) {
  return {filter_id::blosc, {2, 2, element_bytes, 0, 5, shuffling, 1}};
}

/// Each filter alone and what people combine.
inline std::vector<NamedPipeline> usual_pipelines(unsigned e) {
  return {{"none", {}},
          {"deflate", {deflate_step()}},
          {"shuffle", {shuffle_step(e)}},
          {"fletcher32", {fletcher32_step()}},
          {"zstd", {zstd_step()}},
          {"lz4", {lz4_step()}},
          {"lz4 in blocks", {lz4_step(64)}},
          {"bitshuffle", {bitshuffle_step(e)}},
          {"bitshuffle in blocks", {bitshuffle_step(e, 16)}},
          {"bitshuffle, lz4", {bitshuffle_step(e, 0, 2)}},
          {"bitshuffle in blocks, zstd", {bitshuffle_step(e, 24, 3)}},
          {"blosc", {blosc_step(e)}},
          {"blosc, bits", {blosc_step(e, 2)}},
          {"shuffle, deflate", {shuffle_step(e), deflate_step()}},
          {"shuffle, deflate, fletcher32", {shuffle_step(e), deflate_step(), fletcher32_step()}},
          {"fletcher32, shuffle, deflate", {fletcher32_step(), shuffle_step(e), deflate_step()}},
          {"shuffle, fletcher32, deflate", {shuffle_step(e), fletcher32_step(), deflate_step()}},
          {"deflate, shuffle", {deflate_step(), shuffle_step(e)}},
          {"shuffle, zstd, fletcher32", {shuffle_step(e), zstd_step(), fletcher32_step()}}};
}

}  // namespace scatterfold
