"""Transverse Mercator (UTM, Gauss-Krüger) and polar stereographic (UPS) on any ellipsoid; degrees and metres,
floats.

Krüger's series to n⁶: C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy
85 (2011), equations 35 and 36; under a micrometre within 10° of the meridian. UPS: NGA.SIG.0012, section 9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """Semi-major axis in metres and flattening."""

    a: float
    f: float

    @property
    def e2(self) -> float:
        return self.f * (2 - self.f)

    @property
    def e(self) -> float:
        return math.sqrt(self.e2)


WGS84 = Ellipsoid(6_378_137.0, 1 / 298.257_223_563)
KRASSOVSKY = Ellipsoid(6_378_245.0, 1 / 298.3)


@lru_cache(maxsize=4)
def _series(ellipsoid: Ellipsoid) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """(rectifying radius, alpha 1..6, beta 1..6)."""
    n = ellipsoid.f / (2 - ellipsoid.f)
    n2, n3, n4, n5, n6 = n**2, n**3, n**4, n**5, n**6
    radius = ellipsoid.a / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256)
    alpha = (
        n / 2 - 2 / 3 * n2 + 5 / 16 * n3 + 41 / 180 * n4 - 127 / 288 * n5 + 7891 / 37800 * n6,
        13 / 48 * n2 - 3 / 5 * n3 + 557 / 1440 * n4 + 281 / 630 * n5 - 1983433 / 1935360 * n6,
        61 / 240 * n3 - 103 / 140 * n4 + 15061 / 26880 * n5 + 167603 / 181440 * n6,
        49561 / 161280 * n4 - 179 / 168 * n5 + 6601661 / 7257600 * n6,
        34729 / 80640 * n5 - 3418889 / 1995840 * n6,
        212378941 / 319334400 * n6,
    )
    beta = (
        n / 2 - 2 / 3 * n2 + 37 / 96 * n3 - 1 / 360 * n4 - 81 / 512 * n5 + 96199 / 604800 * n6,
        1 / 48 * n2 + 1 / 15 * n3 - 437 / 1440 * n4 + 46 / 105 * n5 - 1118711 / 3870720 * n6,
        17 / 480 * n3 - 37 / 840 * n4 - 209 / 4480 * n5 + 5569 / 90720 * n6,
        4397 / 161280 * n4 - 11 / 504 * n5 - 830251 / 7257600 * n6,
        4583 / 161280 * n5 - 108847 / 3991680 * n6,
        20648693 / 638668800 * n6,
    )
    return radius, alpha, beta


def _conformal(tau: float, e: float) -> float:
    """tan(geodetic latitude) → tan(conformal latitude)."""
    hypot = math.hypot(1, tau)
    sigma = math.sinh(e * math.atanh(e * tau / hypot))
    return tau * math.hypot(1, sigma) - sigma * hypot


def _geodetic(tau_c: float, ellipsoid: Ellipsoid) -> float:
    """tan(conformal latitude) → tan(geodetic latitude), by Newton's method."""
    e2 = ellipsoid.e2
    tau = tau_c / (1 - e2)
    for _ in range(8):
        now = _conformal(tau, ellipsoid.e)
        step = (
            (tau_c - now) / math.hypot(1, now) * (1 + (1 - e2) * tau * tau) / ((1 - e2) * math.hypot(1, tau))
        )
        tau += step
        if abs(step) < 1e-15 * max(1.0, abs(tau)):
            break
    return tau


def to_transverse(
    lat_deg: float, lon_deg: float, meridian_deg: float, scale: float, ellipsoid: Ellipsoid
) -> tuple[float, float]:
    """(easting, northing) from the meridian and the equator, without false offsets."""
    radius, alpha, _ = _series(ellipsoid)
    lam = math.radians((lon_deg - meridian_deg + 540) % 360 - 180)
    tau_c = _conformal(math.tan(math.radians(lat_deg)), ellipsoid.e)
    xi = math.atan2(tau_c, math.cos(lam))
    eta = math.asinh(math.sin(lam) / math.hypot(tau_c, math.cos(lam)))
    north, east = xi, eta
    for j, a in enumerate(alpha, 1):
        north += a * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        east += a * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    return scale * radius * east, scale * radius * north


def from_transverse(
    east_m: float, north_m: float, meridian_deg: float, scale: float, ellipsoid: Ellipsoid
) -> tuple[float, float]:
    """(latitude, longitude) in degrees; the inverse of `to_transverse`."""
    radius, _, beta = _series(ellipsoid)
    xi, eta = north_m / (scale * radius), east_m / (scale * radius)
    xi_c, eta_c = xi, eta
    for j, b in enumerate(beta, 1):
        xi_c -= b * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        eta_c -= b * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    tau_c = math.sin(xi_c) / math.hypot(math.sinh(eta_c), math.cos(xi_c))
    lam = math.atan2(math.sinh(eta_c), math.cos(xi_c))
    lon = (math.degrees(lam) + meridian_deg + 540) % 360 - 180
    return math.degrees(math.atan(_geodetic(tau_c, ellipsoid))), lon


UPS_SCALE = 0.994
UPS_FALSE_M = 2_000_000.0


def to_ups(lat_deg: float, lon_deg: float, north: bool) -> tuple[float, float]:
    """(easting, northing) with their false 2,000 km, on WGS84, about the pole named by `north`."""
    lat = lat_deg if north else -lat_deg
    e = WGS84.e
    factor = 2 * WGS84.a * UPS_SCALE / math.sqrt((1 + e) ** (1 + e) * (1 - e) ** (1 - e))
    tau_c = _conformal(math.tan(math.radians(lat)), e)
    rho = 0.0 if lat >= 90 else factor / (math.hypot(1, tau_c) + tau_c)
    lam = math.radians(lon_deg)
    y = -rho * math.cos(lam) if north else rho * math.cos(lam)
    return UPS_FALSE_M + rho * math.sin(lam), UPS_FALSE_M + y


def from_ups(east_m: float, north_m: float, north: bool) -> tuple[float, float]:
    """(latitude, longitude) in degrees; the inverse of `to_ups`."""
    x, y = east_m - UPS_FALSE_M, north_m - UPS_FALSE_M
    e = WGS84.e
    factor = 2 * WGS84.a * UPS_SCALE / math.sqrt((1 + e) ** (1 + e) * (1 - e) ** (1 - e))
    rho = math.hypot(x, y)
    if rho == 0:
        return (90.0 if north else -90.0), 0.0
    t = rho / factor
    lat = math.degrees(math.atan(_geodetic((1 / t - t) / 2, WGS84)))
    return (lat if north else -lat), math.degrees(math.atan2(x, -y if north else y))
