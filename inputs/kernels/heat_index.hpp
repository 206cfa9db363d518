// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// How hot the air feels, in Kelvin, of its temperature t (Kelvin) and relative humidity rh (percent): the regression of
// Rothfusz (1990) with the adjustments of the US National Weather Service. Below `limit` (Kelvin) it is t itself.
//
//   scatterfold moments --kernel inputs/kernels/heat_index.hpp --in t=example.h5:/t2m --in rh=example.h5:/rh --set limit=300

float fahrenheit(float kelvin) { return (kelvin - 273.15f) * 1.8f + 32; }
float kelvin(float fahrenheit) { return (fahrenheit - 32) / 1.8f + 273.15f; }

float adjustment(float t, float rh) {
  if (rh < 13 && t > 80 && t < 112) return -(13 - rh) / 4 * sqrt((17 - abs(t - 95)) / 17);
  if (rh > 85 && t > 80 && t < 87) return (rh - 85) / 10 * (87 - t) / 5;
  return 0;
}

KERNEL float heat_index(float t, float rh, float limit) {
  if (t < limit) return t;
  const float f = fahrenheit(t);
  const float simple = 0.5f * (f + 61 + (f - 68) * 1.2f + rh * 0.094f);
  if (0.5f * (simple + f) < 80) return kelvin(simple);
  const float regression = -42.379f + 2.04901523f * f + 10.14333127f * rh - 0.22475541f * f * rh -
                           0.00683783f * f * f - 0.05481717f * rh * rh + 0.00122874f * f * f * rh +
                           0.00085282f * f * rh * rh - 0.00000199f * f * f * rh * rh;
  return kelvin(regression + adjustment(f, rh));
}
