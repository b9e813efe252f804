"""Import of a country's list of places: read, check every cell, write dated versions; then taken back."""

from bench.serving import CACHE, lifang, measured
from lifang.ground.areas.codes import PROVINCES

COUNTRY = 665_271
SMALL = 60_000
LIMIT = 60.0  # seconds for the whole country


def run(full: bool) -> list[dict[str, object]]:
    CACHE.mkdir(exist_ok=True)
    count = COUNTRY if full else SMALL
    file, data = CACHE / f"places-{count}.csv", CACHE / "places"
    file.write_text(country(count), encoding="utf-8")
    lifang(data, "prepare")
    got = measured(data, "-m", "bench.places_child", str(file))
    allowed = LIMIT * count / COUNTRY
    return [
        row(f"import of {count:,} places", got["import"], got["copy"], f"< {allowed:.3g}", got["import"] < allowed),
        row(
            f"import of {count:,} places taken back",
            got["undo"],
            got["copy"],
            f"< {allowed:.3g}",
            got["undo"] < allowed,
        ),
    ]


def row(name: str, value: float, baseline: float, target: str, met: bool) -> dict[str, object]:
    return {"name": name, "value": value, "unit": "s", "baseline": baseline, "ratio": value / baseline,
            "target": target, "met": met}  # fmt: skip


def country(count: int) -> str:
    """A list of `count` places as wide as the nation's: about 16 communities to a street and 14 streets to a county."""
    lines = ["代码,名称,级别,上级代码,类别,经度,纬度"]
    for province in range(11, 83):
        if province not in PROVINCES:
            continue
        lines.append(f"{province}0000000000,第{province}省,1,,省,,")
        for city in range(1, 15):
            at = f"{province}{city:02d}"
            lines.append(f"{at}00000000,{at}市,2,{province}0000000000,市,,")
            for county in range(1, 10):
                above = f"{at}{county:02d}"
                lines.append(f"{above}000000,{above}县,3,{at}00000000,县,,")
                for street in range(1, 14):
                    town = f"{above}{100 + street:03d}"
                    lines.append(f"{town}000,第{street}镇,4,{above}000000,镇,,")
                    lines += [
                        f"{town}{200 + n:03d},向阳第{n}村民委员会,5,{town}000,村,{115 + n / 100},28.{street}"
                        for n in range(1, 16)
                    ]
                if len(lines) > count:
                    return "\n".join(lines[: count + 1])
    raise ValueError(f"no more than {len(lines) - 1} places")
