"""Gap-free partitions of a square degree into quadrilaterals with ragged shared borders, for measuring."""

import numpy as np
import shapely
from numpy.typing import NDArray

BOX = (115.5, 28.3, 116.5, 29.3)
BENDS = 6  # corners on each of a cell's four borders


def partition(columns: int, rows: int, seed: int) -> NDArray[np.object_]:
    """columns × rows polygons of 24 distinct corners, rounded to 1e-7 degrees."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0), indexing="ij"), -1)
    grid[1:-1, 1:-1] += rng.uniform(-0.25, 0.25, (columns - 1, rows - 1, 2))
    share = (np.arange(BENDS) / BENDS)[:, None]

    def borders(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        return begin[..., None, :] * (1 - share) + end[..., None, :] * share

    across, along = borders(grid[:-1], grid[1:]), borders(grid[:, :-1], grid[:, 1:])
    across[:, 1:-1, 1:] += rng.uniform(-0.05, 0.05, across[:, 1:-1, 1:].shape)
    along[1:-1, :, 1:] += rng.uniform(-0.05, 0.05, along[1:-1, :, 1:].shape)

    def back(border: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([end[..., None, :], border[..., :0:-1, :]], -2)

    low, high, left, right = across[:, :-1], across[:, 1:], along[:-1], along[1:]
    ring = np.concatenate([low, right, back(high, grid[1:, 1:]), back(left, grid[:-1, 1:]), low[..., :1, :]], -2)
    west, south, east, north = BOX
    ring = ring.reshape(-1, ring.shape[-2], 2) / (columns, rows) * (east - west, north - south) + (west, south)
    return shapely.polygons(ring.round(7))
