// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/storage_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "io/handle.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_sources = 100'000;

/// Where HDF5 looks for a file named in another: the prefix of the environment, beside the file, here.
bool exists_near(const std::string& name, const std::string& file, const char* prefix_variable) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path path(name), folder = fs::path(file).parent_path();
  if (const char* const prefix = std::getenv(prefix_variable)) {
    std::string expanded = prefix;
    if (expanded.starts_with("${ORIGIN}")) expanded = folder.string() + expanded.substr(9);
    if (fs::exists(fs::path(expanded) / path.relative_path(), ignored)) return true;
  }
  return fs::exists(path, ignored) || fs::exists(folder / path.relative_path(), ignored) ||
         fs::exists(folder / path.filename(), ignored);
}

void require(const std::string& name, const DatasetInfo& info, const char* prefix_variable) {
  if (exists_near(name, info.file, prefix_variable)) return;
  throw InputError(fmt::format("source file {} is missing ({} in {}): put it beside the file or set {}",
                               printable(name), printable(info.path), printable(info.file, 1000), prefix_variable));
}

}  // namespace

void check_sources(hid_t dataset, const DatasetInfo& info) {
  if (info.layout != StorageLayout::virtual_dataset && info.layout != StorageLayout::external) return;
  const PropertyHandle properties(H5Dget_create_plist(dataset));
  std::array<char, 4096> name{};
  if (info.layout == StorageLayout::external) {
    const int count = H5Pget_external_count(properties.get());
    for (int i = 0; i < count && i < static_cast<int>(most_sources); ++i) {
      if (H5Pget_external(properties.get(), static_cast<unsigned>(i), name.size() - 1, name.data(), nullptr, nullptr) >=
          0) {
        require(name.data(), info, "HDF5_EXTFILE_PREFIX");
      }
    }
    return;
  }
  std::size_t count = 0;
  std::set<std::string> known{"."};  // "." is the file itself
  if (H5Pget_virtual_count(properties.get(), &count) < 0) return;
  for (std::size_t i = 0; i < std::min(count, most_sources); ++i) {
    const ssize_t length = H5Pget_virtual_filename(properties.get(), i, name.data(), name.size());
    if (length <= 0 || length >= static_cast<ssize_t>(name.size())) continue;
    // "%b" counts blocks: the series may end anywhere, so that nothing is known to be missing.
    if (std::string_view(name.data()).find('%') != std::string_view::npos) continue;
    if (known.insert(name.data()).second) require(name.data(), info, "HDF5_VDS_PREFIX");
  }
}

}  // namespace scatterfold
