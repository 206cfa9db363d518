// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <vector>

#include "driver/program.hpp"

int main(int argc, char** argv) { return scatterfold::run_program({argv + 1, argv + argc}); }
