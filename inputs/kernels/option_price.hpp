// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// The price of a European call option by Monte Carlo: what it pays at the end, of a price that walks at random (Black and
// Scholes, 1973), in today's money. Element by element one walk; the mean is the price. With the numbers below the
// formula gives 10.450584.
//
//   scatterfold moments --shape 1e6 --kernel inputs/kernels/option_price.hpp --seed 1 \
//       --set price=100 --set strike=100 --set rate=0.05 --set volatility=0.2 --set years=1

KERNEL double option_price(double price, double strike, double rate, double volatility, double years) {
  const double drift = (rate - 0.5 * volatility * volatility) * years;
  const double at_end = price * exp(drift + volatility * sqrt(years) * normal(0));
  return exp(-rate * years) * max(at_end - strike, 0.0);
}
