import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifang.ground.areas import datum

METRE = 1e-5  # degrees, near enough


@pytest.mark.parametrize(
    ("lon", "lat", "east", "north"),
    [  # published test points of the conversion: Shanghai, Shenzhen, Beijing
        (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
        (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
        (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    ],
)
def test_known_points_of_gcj02(lon: float, lat: float, east: float, north: float) -> None:
    assert datum.wgs84_to_gcj02(lon, lat) == pytest.approx((east, north), abs=1e-7)
    assert datum.gcj02_to_wgs84(east, north) == pytest.approx((lon, lat), abs=1e-7)


def test_known_point_of_bd09() -> None:
    """The example that the gcoord library documents (Beijing)."""
    assert datum.wgs84_to_bd09(116.403988, 39.914266) == pytest.approx(
        (116.41661560068297, 39.92196580126834), abs=1e-6
    )


lons, lats = st.floats(73.5, 135), st.floats(18, 53.5)


@given(lons, lats)
@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_there_and_back_within_ten_centimetres(name: str, lon: float, lat: float) -> None:
    back = datum.TO_WGS84[name](*datum.FROM_WGS84[name](lon, lat))
    assert np.hypot(back[0] - lon, back[1] - lat) < 0.1 * METRE
    shifted = datum.FROM_WGS84[name](lon, lat)
    assert 10 * METRE < np.hypot(shifted[0] - lon, shifted[1] - lat) < 2000 * METRE


def test_arrays_are_converted_at_once_and_abroad_nothing_moves() -> None:
    lon, lat = datum.wgs84_to_gcj02([115.9, 2.35], [28.7, 48.85])
    assert lon[0] != 115.9
    assert (lon[1], lat[1]) == (2.35, 48.85)
