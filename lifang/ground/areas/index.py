"""Point → grid, in memory: both layers at once, exact, by one look into a uniform bin.

Coordinates are whole numbers of 1e-7 degrees. Each bin knows which polygons hold its centre and which edges cross it;
walking from the point to the centre, every edge met flips the polygons that it borders. All tests are on integers, with
ties broken as if the point lay an infinitesimal to the north-west, so that polygons that share edges share out every
point, corners included, without gap or overlap.
"""

import contextlib
import ctypes
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

SCALE: Final = 10**7
BINS_PER_POLYGON: Final = 8
MOST_IN_BIN: Final = 64  # polygons in a bin; more makes the bins finer, and where that fails the last are left out
CHUNK: Final = 1 << 15
THREADS: Final = 2


class Edges(NamedTuple):
    """Distinct edges, each from its western end (a) to its eastern (b), with the polygons that they border."""

    ends: NDArray[np.int32]  # (edges, 4): ax ay bx by
    first: Ints  # where an edge's polygons begin in `polygon`; one more entry than edges
    polygon: NDArray[np.int32]


class Bins(NamedTuple):
    """The grid of bins. Per bin: edges first[b]:first[b + 1], polygons candidates[of[b]:of[b + 1]], at most 64."""

    side: int
    width: int
    first: NDArray[np.int32]
    edge: NDArray[np.int32]
    flip: NDArray[np.uint64]  # bits of the bin's polygons on either side of the edge
    of: NDArray[np.int32]
    candidate: NDArray[np.int32]
    start: NDArray[np.uint64]  # bits of the polygons that hold the bin's centre
    upper: NDArray[np.uint64]  # bits of the polygons of the first layer


def give_back() -> None:
    """Return freed memory to the system: building takes many times what is kept. Does nothing where libc cannot."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Index:
    """Polygons of two layers. `first` and `second` are arrays of polygons or multipolygons in WGS 84 degrees."""

    def __init__(self, first: ArrayLike, first_codes: ArrayLike, second: ArrayLike, second_codes: ArrayLike) -> None:
        shapes = np.concatenate([np.asarray(first, dtype=object), np.asarray(second, dtype=object)])
        self.codes = np.append(np.concatenate([first_codes, second_codes]), 0).astype(np.int64)
        self.origin = np.zeros(2, dtype=np.int64)
        self.bins: Bins | None = None
        if len(shapes):
            self._build(shapes, len(np.asarray(first, dtype=object)))

    def _build(self, shapes: NDArray[Any], layer: int) -> None:
        bounds = np.round(shapely.total_bounds(shapes) * SCALE).astype(np.int64)
        self.origin = bounds[:2] - 1
        extent = int((bounds[2:] - self.origin).max()) + 1
        edges = _edges(shapes, self.origin)
        side = max(1, int(np.sqrt(BINS_PER_POLYGON * len(shapes))))
        for finer in (1, 2, 4, 8):
            self.ends, self.bins = edges.ends, _bins(edges, side * finer, extent // (side * finer) + 1, layer)
            if np.diff(self.bins.of).max() <= MOST_IN_BIN:
                break

    @property
    def nbytes(self) -> int:
        arrays = (self.ends, *self.bins[2:]) if self.bins else ()
        return self.codes.nbytes + sum(array.nbytes for array in arrays)

    def find(self, lon: float, lat: float) -> tuple[int, int]:
        """Codes of the first and second layer at a point in degrees, 0 for none."""
        bins = self.bins
        if bins is None or not (abs(lon) <= 180 and abs(lat) <= 90):
            return 0, 0
        x, y = round(lon * SCALE) - int(self.origin[0]), round(lat * SCALE) - int(self.origin[1])
        column, row = x // bins.width, y // bins.width
        if not (0 <= column < bins.side and 0 <= row < bins.side):
            return 0, 0
        place, half = row * bins.side + column, bins.width // 2
        middle_x, middle_y = column * bins.width + half, row * bins.width + half
        low, high = bins.first[place : place + 2].tolist()
        inside = int(bins.start[place])
        near = zip(self.ends[bins.edge[low:high]].tolist(), bins.flip[low:high].tolist(), strict=True)
        for (ax, ay, bx, by), flip in near:
            dx, dy = bx - ax, by - ay
            turn = dx * (y - ay) - dy * (middle_x - ax)
            across = ((ay > y) != (by > y)) and ((turn - dy * (x - middle_x) >= 0) != (turn >= 0))
            along = ((ax >= middle_x) != (bx >= middle_x)) and ((turn + dx * (middle_y - y) >= 0) != (turn >= 0))
            if across != along:
                inside ^= flip
        upper = int(bins.upper[place])
        return self._first(place, inside & upper), self._first(place, inside & ~upper)

    def _first(self, place: int, inside: int) -> int:
        if not inside or self.bins is None:
            return 0
        bit = (inside & -inside).bit_length() - 1
        return int(self.codes[self.bins.candidate[self.bins.of[place] + bit]])

    def find_many(self, lons: ArrayLike, lats: ArrayLike) -> tuple[Ints, Ints]:
        """Codes of the first and second layer for arrays of points in degrees, 0 for none."""
        x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
        found = np.zeros((2, len(x)), dtype=np.int64)
        if self.bins is not None:
            parts = [slice(low, low + CHUNK) for low in range(0, len(x), CHUNK)]
            with ThreadPoolExecutor(THREADS) as pool:
                for part, codes in zip(parts, pool.map(lambda p: self._chunk(x[p], y[p]), parts), strict=True):
                    found[:, part] = codes
        return found[0], found[1]

    def _chunk(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> Ints:
        bins = self.bins
        assert bins is not None
        limit = bins.side * bins.width
        x = np.nan_to_num(np.rint(lons * SCALE) - self.origin[0], nan=-1.0)
        y = np.nan_to_num(np.rint(lats * SCALE) - self.origin[1], nan=-1.0)
        known = np.flatnonzero((x >= 0) & (x < limit) & (y >= 0) & (y < limit))
        x, y = x[known].astype(np.int64), y[known].astype(np.int64)
        column, row = x // bins.width, y // bins.width
        place = row * bins.side + column
        inside = bins.start[place]
        first = bins.first[place]
        count = bins.first[place + 1] - first
        busy = np.flatnonzero(count)
        inside[busy] ^= self._flips(x[busy], y[busy], column[busy], row[busy], first[busy], count[busy])
        upper = bins.upper[place]
        found = np.zeros((2, len(lons)), dtype=np.int64)
        for layer, bits in enumerate((inside & upper, inside & ~upper)):
            lowest = bits & (~bits + np.uint64(1))
            bit = np.frexp(lowest.astype(np.float64))[1] - 1
            codes = self.codes[bins.candidate[bins.of[place] + np.maximum(bit, 0)]]
            found[layer, known] = np.where(bits != 0, codes, 0)
        return found

    def _flips(self, x: Ints, y: Ints, column: Ints, row: Ints, first: Ints, count: Ints) -> NDArray[np.uint64]:
        bins = self.bins
        assert bins is not None
        begin = np.cumsum(count) - count
        pair = np.arange(begin[-1] + count[-1] if len(count) else 0)
        pair += np.repeat(first - begin, count)
        ends = self.ends[bins.edge[pair]].astype(np.int64)
        ax, ay = ends[:, 0], ends[:, 1]
        dx, dy = ends[:, 2] - ax, ends[:, 3] - ay
        half = bins.width // 2
        middle_x = np.repeat(column * bins.width + half, count)
        up, down = np.repeat(row * bins.width + half - y, count), np.repeat(y, count)
        right = np.repeat(x, count) - middle_x
        turn = dx * (down - ay) - dy * (middle_x - ax)
        side = turn >= 0
        across = ((ay > down) != (ends[:, 3] > down)) & ((turn - dy * right >= 0) != side)
        along = ((ax >= middle_x) != (ends[:, 2] >= middle_x)) & ((turn + dx * up >= 0) != side)
        flips = np.where(across != along, bins.flip[pair], np.uint64(0))
        return np.bitwise_xor.reduceat(flips, begin) if len(begin) else flips


def _edges(shapes: NDArray[Any], origin: Ints) -> Edges:
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, point_of = shapely.get_coordinates(rings, return_index=True)
    x, y = ((np.rint(points[:, axis] * SCALE).astype(np.int64) - origin[axis]).astype(np.int32) for axis in (0, 1))
    begin = np.flatnonzero((point_of[1:] == point_of[:-1]) & ((x[1:] != x[:-1]) | (y[1:] != y[:-1])))
    polygon = part_of[ring_of[point_of[begin]]].astype(np.int32)
    del parts, rings, points
    swap = (x[begin] > x[begin + 1]) | ((x[begin] == x[begin + 1]) & (y[begin] > y[begin + 1]))
    west, east = begin + swap, begin + ~swap
    ends = np.stack([x[west], y[west], x[east], y[east]], axis=1)
    wide = ends.view(np.uint64)
    mixed = wide[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ wide[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
    order = np.argsort(mixed)  # brings equal edges together; an accidental equal only stays two edges
    ends, polygon, wide = ends[order], polygon[order], wide[order]
    new = np.append(True, (wide[1:, 0] != wide[:-1, 0]) | (wide[1:, 1] != wide[:-1, 1]))
    return Edges(ends[new], np.append(np.flatnonzero(new), len(ends)), polygon)


def _expand(first: NDArray[Any], last: NDArray[Any]) -> tuple[Ints, Ints]:
    """For ranges first..last: which range, and each number in it."""
    count = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + first[which]


def _bins(edges: Edges, side: int, width: int, layer: int) -> Bins:
    ax, ay, bx, by = edges.ends.T // width
    which, row = _expand(np.minimum(ay, by), np.maximum(ay, by))
    piece, column = _expand(ax[which], bx[which])
    edge, place = which[piece].astype(np.int32), row[piece] * side + column
    order = np.argsort(place, kind="stable")
    edge, place = edge[order], place[order]
    del which, row, piece, column, order

    number, at = _expand(edges.first[edge], edges.first[edge + 1] - 1)
    polygons = int(edges.polygon.max()) + 1
    touching = place[number] * polygons + edges.polygon[at]
    holding = _holding(edges, side, width, polygons)
    members = np.concatenate([touching, holding])
    members.sort()  # np.unique hashes, which is slower
    members = members[np.append(True, members[1:] != members[:-1])]
    of = np.searchsorted(members, np.arange(side * side + 1) * polygons)

    def bits(keys: Ints) -> NDArray[np.uint64]:
        slot = np.searchsorted(members, keys) - of[keys // polygons]
        return np.where(slot < 64, np.uint64(1) << np.minimum(slot, 63).astype(np.uint64), np.uint64(0))

    begin = np.cumsum(np.bincount(number, minlength=len(edge))) - np.bincount(number, minlength=len(edge))
    flip = np.bitwise_xor.reduceat(bits(touching), begin)
    start = np.zeros(side * side, dtype=np.uint64)
    np.bitwise_or.at(start, holding // polygons, bits(holding))
    candidate = members % polygons
    lower = np.searchsorted(members, np.arange(side * side) * polygons + layer) - of[:-1]
    upper = np.where(
        lower < 64, (np.uint64(1) << np.minimum(lower, 63).astype(np.uint64)) - np.uint64(1), ~np.uint64(0)
    )
    first = np.searchsorted(place, np.arange(side * side + 1))
    return Bins(
        side,
        width,
        first.astype(np.int32),
        edge,
        flip,
        of.astype(np.int32),
        np.append(candidate, len(candidate) and candidate[-1]).astype(np.int32),
        start,
        upper,
    )


def _holding(edges: Edges, side: int, width: int, polygons: int) -> Ints:
    """bin * polygons + polygon for every bin centre in a polygon: along each row, between odd and even crossings."""
    half = width // 2
    ends = edges.ends.astype(np.int64)
    low, high = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    which, row = _expand(-((half - low) // width), -((half - high) // width) - 1)
    ax, ay, bx, by = ends[which].T
    rise = by - ay
    above = row * width + half - ay
    reached = np.where(rise > 0, ax * rise + (bx - ax) * above, -ax * rise - (bx - ax) * above - 1) // np.abs(rise)
    crossing = np.clip((reached - half) // width + 1, 0, side)
    number, at = _expand(edges.first[which], edges.first[which + 1] - 1)
    keys = (edges.polygon[at] * np.int64(side) + row[number]) * (side + 1) + crossing[number]
    keys.sort()
    left, right = keys[0::2], keys[1::2]
    lane, begin, end = left // (side + 1), left % (side + 1), right % (side + 1)
    run, column = _expand(begin, end - 1)
    return ((lane[run] % side) * side + column) * polygons + lane[run] // side
