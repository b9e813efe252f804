"""Point → grid: 50,000 polygons in each of two layers, against shapely's tree in the same process."""

import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import shapely

from bench.partitions import BOX, partition
from lifang.ground.areas.index import Index, give_back

CACHE = Path(__file__).parent / ".cache"
POINTS = 1_000_000
SINGLES = 20_000


def run(full: bool) -> list[dict[str, object]]:
    CACHE.mkdir(exist_ok=True)
    columns, rows = (250, 200) if full else (125, 80)
    layers = [shapely.to_wkb(partition(columns, rows, seed)) for seed in (1, 2)]
    file = CACHE / f"partitions-{columns * rows}.pickle"
    file.write_bytes(pickle.dumps(layers))
    done = subprocess.run([sys.executable, "-m", "bench.locate", str(file)], capture_output=True, text=True, check=True)
    got = json.loads(done.stdout)
    size = f"{columns * rows:,} polygons in each of 2 layers"
    return [
        row(f"points located, {size}, batch", got["batch"], "points/s", got["tree"], ">= 400,000",
            got["batch"] >= 400_000),
        row(f"one point located, {size}", got["single"], "µs", got["tree_single"], "< 50", got["single"] < 50),
        row(f"memory of a process holding {size}", got["memory"], "MB", None, "< 200", got["memory"] < 200),
        row("points located as shapely does", got["agree"] * 100, "%", None, "100", got["agree"] == 1.0),
    ]  # fmt: skip


def row(name: str, value: float, unit: str, baseline: float | None, target: str, met: bool) -> dict[str, object]:
    ratio = value / baseline if baseline else None
    return {"name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio, "target": target,
            "met": met}  # fmt: skip


def points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Spread over the box; one in a hundred lies outside."""
    lon, lat = np.random.default_rng(0).uniform((BOX[0], BOX[1]), (BOX[2] * 1.00005, BOX[3] * 1.0002), (count, 2)).T
    return lon.round(7), lat.round(7)


def measure(file: Path) -> dict[str, float]:
    index = build(file)
    give_back()
    lon, lat = points(POINTS)
    index.find_many(lon[:1000], lat[:1000])
    memory = psutil.Process().memory_info().rss / 1e6
    batch = median([timed(lambda: index.find_many(lon, lat)) for _ in range(5)])
    some = list(zip(lon[:SINGLES].tolist(), lat[:SINGLES].tolist(), strict=True))
    single = median([timed(lambda: [index.find(x, y) for x, y in some]) for _ in range(3)])
    layers = [shapely.from_wkb(np.array(layer, dtype=object)) for layer in pickle.loads(file.read_bytes())]
    trees = [shapely.STRtree(layer) for layer in layers]
    dots = shapely.points(lon, lat)
    start = time.perf_counter()
    theirs = [tree.query(dots, predicate="intersects") for tree in trees]
    tree = time.perf_counter() - start
    tree_single = timed(lambda: [t.query(dot, predicate="intersects") for dot in dots[:2000] for t in trees])
    agree = [agreement(len(lon), found, mine) for found, mine in zip(theirs, index.find_many(lon, lat), strict=True)]
    return {
        "memory": memory, "batch": POINTS / batch, "single": single / SINGLES * 1e6,
        "tree": POINTS / tree, "tree_single": tree_single / 2000 * 1e6, "agree": min(agree),
    }  # fmt: skip


def build(file: Path) -> Index:
    layers = [shapely.from_wkb(np.array(layer, dtype=object)) for layer in pickle.loads(file.read_bytes())]
    codes = np.arange(len(layers[0])) + 1
    return Index(layers[0], codes, layers[1], codes)


def agreement(count: int, found: np.ndarray, mine: np.ndarray) -> float:
    """The share of points off the borders for which both say the same."""
    want = np.zeros(count, dtype=np.int64)
    want[found[0]] = found[1] + 1
    clear = np.bincount(found[0], minlength=count) < 2
    return float((want[clear] == mine[clear]).mean())


def timed(act: object) -> float:
    start = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - start


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
