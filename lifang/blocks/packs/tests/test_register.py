"""Data elements and code lists of the national pack."""

from lifang.blocks.packs import service
from lifang.ground.areas.codes import NATION

NANCHANG = 360100000000000


def test_a_city_has_the_nations_elements() -> None:
    number = service.elements(NANCHANG)["number"]
    assert (number.title, number.sensitivity, number.home) == ("公民身份号码", "sealed", "police")
    assert "身份证号" in number.headers


def test_a_code_list_names_its_standard() -> None:
    nations = service.code_list("nation", NANCHANG)
    assert nations.standard == "GB/T 3304"
    assert nations.values["01"] == "汉族"
    assert len(nations.values) >= 56


def test_no_two_elements_claim_the_same_header() -> None:
    headers = [header for element in service.elements(NATION).values() for header in element.headers]
    assert len(headers) == len(set(headers))
