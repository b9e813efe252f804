"""Read the shipped list of places."""

import csv
import io
import lzma
from functools import lru_cache
from typing import NamedTuple

from lifang.ground.areas import codes
from lifang.ground.areas.data.build import CITIES, HERE


class Place(NamedTuple):
    code: int
    name: str
    kind: str
    lon: float | None  # degrees, WGS 84
    lat: float | None


@lru_cache(maxsize=1)
def all_places() -> tuple[Place, ...]:
    """Every shipped place, by code."""
    plain = lzma.decompress((HERE / "places.csv.xz").read_bytes()).decode()
    return tuple(
        Place(
            codes.parse(row["code"]),
            row["name"],
            row["kind"],
            float(row["lon"]) if row["lon"] else None,
            float(row["lat"]) if row["lat"] else None,
        )
        for row in csv.DictReader(io.StringIO(plain))
    )


def city_places(name: str) -> list[Place]:
    """One shipped city (nanchang, tieling, dalian, chaoyang, yicheng) with the places above it, by code."""
    root = codes.parse(CITIES[name])
    above = set(codes.ancestors(root))
    return [place for place in all_places() if place.code in above or codes.within(place.code, root)]
