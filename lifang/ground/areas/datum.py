"""Datums of Chinese maps: GCJ-02 (state maps, 高德, 腾讯) and BD-09 (百度) to and from WGS 84.

CGCS 2000 and WGS 84 differ by centimetres and are taken as one. All functions take degrees as numbers or numpy
arrays, longitude first. GCJ-02 has no published formula; this is the one in general use, and its inverse is found by
iteration to below 0.1 m. Outside China's bounding box GCJ-02 equals WGS 84.
"""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

_A: Final = 6378245.0  # Krasovsky 1940, semi-major axis in metres
_EE: Final = 0.00669342162296594323
_BD: Final = np.pi * 3000.0 / 180.0


def _waves(x: Floats, y: Floats) -> Pair:
    common = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    lat += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    lat += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    lon += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    lon += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    return lon, lat


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    east, north = _waves(x - 105.0, y - 35.0)
    radians = np.radians(y)
    magic = 1 - _EE * np.sin(radians) ** 2
    north = north * 180 / (_A * (1 - _EE) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180 / (_A / np.sqrt(magic) * np.cos(radians) * np.pi)
    inside = (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)
    return np.where(inside, x + east, x), np.where(inside, y + north, y)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_x, guess_y = x, y
    for _ in range(6):  # each round shrinks the error about a hundredfold; three are enough
        there_x, there_y = wgs84_to_gcj02(guess_x, guess_y)
        guess_x, guess_y = guess_x + (x - there_x), guess_y + (y - there_y)
    return guess_x, guess_y


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_x, guess_y = x - 0.0065, y - 0.006
    for _ in range(6):
        there_x, there_y = gcj02_to_bd09(guess_x, guess_y)
        guess_x, guess_y = guess_x + (x - there_x), guess_y + (y - there_y)
    return guess_x, guess_y


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def same(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


TO_WGS84: Final[dict[str, Callable[[ArrayLike, ArrayLike], Pair]]] = {
    "wgs84": same,
    "cgcs2000": same,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
FROM_WGS84: Final[dict[str, Callable[[ArrayLike, ArrayLike], Pair]]] = {
    "wgs84": same,
    "cgcs2000": same,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}
