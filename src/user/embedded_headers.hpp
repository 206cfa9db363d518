// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <span>
#include <string_view>

namespace scatterfold {

/// The text of the headers that users' functions are compiled with, in the order in which one needs the other, without
/// their #include lines. Made by cmake/User.cmake.
std::span<const std::string_view> user_headers();
/// More of them, for GPUs.
std::span<const std::string_view> device_headers();

}  // namespace scatterfold
