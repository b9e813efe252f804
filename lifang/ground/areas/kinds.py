"""What sort of unit a place is, from its code and name, or from the word in a list."""

import re
from typing import Final

from lifang.ground.areas import codes

NO_PLACE: Final = re.compile("虚拟|监狱|劳教所|戒毒所")
WORDS: Final = {
    "省": "province", "自治区": "province", "直辖市": "province",
    "市": "city", "地级市": "city", "地区": "city", "州": "city", "自治州": "city", "盟": "city",
    "县": "county", "区": "county", "县区": "county", "区县": "county", "市辖区": "county", "县级市": "county",
    "街道": "street", "街道办事处": "street", "镇": "town", "乡": "township", "民族乡": "township",
    "开发区": "zone", "园区": "zone", "农场": "zone", "林场": "zone", "管理处": "zone", "管委会": "zone",
    "社区": "community", "居委会": "community", "城市社区": "community", "农村社区": "village",
    "村": "village", "行政村": "village", "村委会": "village", "建制村": "village",
    "类似社区": "quasi_community", "类似居委会": "quasi_community", "类似村": "quasi_village",
    "类似村委会": "quasi_village", "网格": "grid", "非居住地": "non_place", "虚拟": "non_place", "quasi": "zone",
}  # fmt: skip
KIND_LEVEL: Final = {
    "province": codes.PROVINCE, "city": codes.CITY, "county": codes.COUNTY,
    "street": codes.STREET, "town": codes.STREET, "township": codes.STREET, "zone": codes.STREET,
    "community": codes.COMMUNITY, "village": codes.COMMUNITY, "quasi_community": codes.COMMUNITY,
    "quasi_village": codes.COMMUNITY, "grid": codes.GRID,
}  # fmt: skip
# Words that name units of several levels (开原市 is a county): the code decides.
AMBIGUOUS: Final = frozenset({"province", "city", "zone"})
ALLOWED: Final = "街道、镇、乡、开发区、社区、村、类似社区、类似村、网格、非居住地"


def kind_of(code: int, name: str) -> str:
    """From the digits that the coding rules give to each sort, and the name.

    Streets 001–099, towns 100–199, townships 200–399, others (zones, farms) from 400; communities 001–199,
    villages 200–399, places like a community 400–499, like a village from 500.
    """
    level = codes.level_of(code)
    if level == codes.COMMUNITY:
        if NO_PLACE.search(name):
            return "non_place"
        serial = code // 1000 % 1000
        if serial < 400:
            return "community" if serial < 200 else "village"
        return "quasi_community" if serial < 500 else "quasi_village"
    if level == codes.STREET:
        if NO_PLACE.search(name):
            return "non_place"
        serial = code // 10**6 % 1000
        return "street" if serial < 100 else "town" if serial < 200 else "township" if serial < 400 else "zone"
    return {codes.PROVINCE: "province", codes.CITY: "city", codes.COUNTY: "county", codes.GRID: "grid"}[level]
