// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/links.hpp"

#include <cstring>

namespace scatterfold {
namespace {

#if H5_VERSION_GE(1, 12, 0)
using LinkInfo = H5L_info2_t;
constexpr auto iterate_links = H5Literate2;
constexpr auto get_link_info = H5Lget_info2;
#else
using LinkInfo = H5L_info_t;
constexpr auto iterate_links = H5Literate;
constexpr auto get_link_info = H5Lget_info;
#endif

constexpr std::size_t most_target_bytes = 4096;

struct Collector {
  std::vector<Link> links;
  std::size_t limit;
};

herr_t collect(hid_t, const char* name, const LinkInfo* info, void* out) {
  auto& collector = *static_cast<Collector*>(out);
  if (collector.links.size() >= collector.limit) return 1;
  LinkKind kind = LinkKind::other;
  if (info->type == H5L_TYPE_HARD) kind = LinkKind::hard;
  if (info->type == H5L_TYPE_SOFT) kind = LinkKind::soft;
  if (info->type == H5L_TYPE_EXTERNAL) kind = LinkKind::external;
  try {
    collector.links.push_back({name, kind});
  } catch (...) {
    return -1;  // an exception must not unwind through the C library
  }
  return 0;
}

}  // namespace

std::vector<Link> links_of(hid_t group, std::size_t limit) {
  Collector collector{{}, limit};
  iterate_links(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &collector);
  H5Eclear2(H5E_DEFAULT);
  return std::move(collector.links);
}

std::string target_of(hid_t group, const Link& link) {
  LinkInfo info;
  if (get_link_info(group, link.name.c_str(), &info, H5P_DEFAULT) < 0) return {};
  if (info.type == H5L_TYPE_HARD || info.u.val_size == 0 || info.u.val_size > most_target_bytes) return {};
  std::vector<char> value(info.u.val_size + 1, '\0');
  if (H5Lget_val(group, link.name.c_str(), value.data(), info.u.val_size, H5P_DEFAULT) < 0) return {};
  if (info.type == H5L_TYPE_SOFT) return value.data();
  unsigned flags = 0;
  const char *file = nullptr, *path = nullptr;
  if (info.type != H5L_TYPE_EXTERNAL || H5Lunpack_elink_val(value.data(), info.u.val_size, &flags, &file, &path) < 0) {
    return {};
  }
  return std::string(file) + ":" + path;
}

std::optional<ObjectFacts> object_facts(hid_t group, const std::string& name) {
  ObjectFacts facts;
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  if (H5Oget_info_by_name3(group, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return std::nullopt;
  static_assert(sizeof info.token == sizeof facts.identity.token);
  std::memcpy(facts.identity.token.data(), &info.token, sizeof info.token);
#else
  H5O_info_t info;
  if (H5Oget_info_by_name2(group, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return std::nullopt;
  std::memcpy(facts.identity.token.data(), &info.addr, sizeof info.addr);
#endif
  facts.identity.file = info.fileno;
  facts.type = info.type;
  return facts;
}

}  // namespace scatterfold
