"""A city's own list of places, taken whole or refused whole with every reason."""

import datetime as dt
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lifang.ground.access.models import User
from lifang.ground.areas import bulk, codes, datum, sheets
from lifang.ground.areas.enums import ChangeKind, Layer
from lifang.ground.areas.kinds import ALLOWED, AMBIGUOUS, KIND_LEVEL, WORDS, kind_of
from lifang.ground.areas.models import Area, AreaChange, AreaImport
from lifang.ground.areas.rewriting import Basis, alone, explained
from lifang.ground.files.tables import BadFile
from lifang.ground.trail.actions import record

HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("代码", "区划代码", "统计用区划代码", "行政区划代码", "地区代码", "社区代码", "网格代码", "编码",
             "网格编码", "社区编码", "code", "adcode"),
    "name": ("名称", "区划名称", "地名", "单位名称", "社区名称", "网格名称", "社区村名称", "全称", "name"),
    "kind": ("类别", "类型", "单位类别", "性质", "kind", "type"),
    "level": ("级别", "层级", "行政级别", "level"),
    "parent": ("上级", "上级代码", "上级区划代码", "上级编码", "所属代码", "parent", "parentcode"),
    "layer": ("网格层", "网格类别", "网格类型", "layer"),
    "households": ("户数", "总户数", "家庭户数", "居民户数", "households"),
    "population": ("人口", "人口数", "总人口", "常住人口", "人数", "population"),
    "lon": ("经度", "lon", "lng", "longitude", "lonwgs84", "东经"),
    "lat": ("纬度", "lat", "latitude", "latwgs84", "北纬"),
}  # fmt: skip
LEVELS: Final = {
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
    "省": 1, "省级": 1, "市": 2, "地级": 2, "市级": 2, "地级市": 2, "县": 3, "区": 3, "县级": 3, "区县": 3, "区县级": 3,
    "乡": 4, "乡级": 4, "街道": 4, "镇": 4, "镇街": 4, "乡镇": 4, "街道级": 4, "村": 5, "村级": 5, "社区": 5,
    "村社区": 5, "社区级": 5, "网格": 6, "网格级": 6,
}  # fmt: skip
LAYERS: Final = {
    "治理": Layer.GOVERNANCE, "治理网格": Layer.GOVERNANCE, "governance": Layer.GOVERNANCE,
    "建管": Layer.CONSTRUCTION, "建管网格": Layer.CONSTRUCTION, "construction": Layer.CONSTRUCTION,
}  # fmt: skip
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
T = TypeVar("T")
MAX_COUNT: Final = 200_000_000
MAX_PROBLEMS: Final = 1000


class Problem(NamedTuple):
    """One cell that cannot be taken. `row` and `column` as the spreadsheet shows them."""

    row: int
    column: str
    value: str
    reason: str
    allowed: str


class Unfit(ValueError):
    """The list was refused. `problems` holds at most 1,000; `count` all of them."""

    def __init__(self, problems: Sequence[Problem], count: int) -> None:
        super().__init__(_("名单有 %(count)d 处问题，没有导入任何一行") % {"count": count})
        self.problems = problems
        self.count = count


class _Cell(ValueError):
    def __init__(self, reason: str, allowed: str) -> None:
        super().__init__(reason)
        self.allowed = allowed


class Reader:
    """Reads rows one by one and gathers what is wrong."""

    def __init__(self, table: sheets.Table, datum_name: datum.Datum) -> None:
        self.table = table
        self.to_wgs84 = datum.TO_WGS84[datum_name] if datum_name not in ("wgs84", "cgcs2000") else None
        self.problems: list[Problem] = []
        self.count = 0
        self.row_of: dict[int, int] = {}
        self.rows: list[bulk.Row] = []

    def read(self) -> None:
        for number, cells in self.table.rows:
            self._row(number, cells)

    def problem(self, row: int, column: str, value: object, reason: str, allowed: str) -> None:
        self.count += 1
        if len(self.problems) < MAX_PROBLEMS:
            position = self.table.columns.get(column)
            self.problems.append(Problem(row, column_letter(position), str(value), reason, allowed))

    def _text(self, cells: sheets.Cells, column: str) -> str:
        position = self.table.columns.get(column, -1)
        return cells[position].strip() if 0 <= position < len(cells) else ""

    def _take(self, number: int, cells: sheets.Cells, column: str, read: Callable[[str], T]) -> T | None:
        value = self._text(cells, column)
        if not value:
            return None
        try:
            return read(value)
        except _Cell as error:
            self.problem(number, column, value, str(error), error.allowed)
            return None

    def _row(self, number: int, cells: sheets.Cells) -> None:
        before, written = self.count, self._text(cells, "code")
        try:
            code = codes.parse(written)
        except codes.BadCode as error:
            self.problem(number, "code", written, str(error), _("2、4、6、9、12 或 15 位数字"))
            return
        if code in self.row_of:
            why = _("与第 %(row)d 行重复") % {"row": self.row_of[code]}
            self.problem(number, "code", written, why, _("每个代码一行"))
            return
        self.row_of[code] = number
        name = self._text(cells, "name")
        if not name or len(name) > 120 or _CONTROL.search(name):
            self.problem(number, "name", name[:40], _("名称为空、过长或含有控制字符"), _("1–120 个字"))
        kind = self._take(number, cells, "kind", _kind)
        if kind and kind not in AMBIGUOUS and KIND_LEVEL.get(kind, codes.level_of(code)) != codes.level_of(code):
            self.problem(number, "kind", kind, _("与代码的级别不符"), ALLOWED)
        level = self._take(number, cells, "level", _level)
        if level is not None and level != codes.level_of(code):
            self.problem(number, "level", level, _("与代码的级别不符"), str(codes.level_of(code)))
        parent = self._take(number, cells, "parent", _code)
        if parent is not None and parent != codes.parent_of(code):
            self.problem(number, "parent", self._text(cells, "parent"), _("与代码的上级不符"),
                         codes.text(codes.parent_of(code)))  # fmt: skip
        layer = self._take(number, cells, "layer", _layer)
        if code % 1000 and layer is None:
            layer = Layer.GOVERNANCE if code % 1000 <= 500 else Layer.CONSTRUCTION
        households = self._take(number, cells, "households", _whole)
        population = self._take(number, cells, "population", _whole)
        lon = self._take(number, cells, "lon", _longitude)
        lat = self._take(number, cells, "lat", _latitude)
        if (lon is None) != (lat is None) and self.count == before:
            self.problem(number, "lon", "", _("经度和纬度要一起填"), _("两列都填或都空"))
        if self.count > before:
            return
        if lon is not None and self.to_wgs84:
            lon, lat = (round(float(value), 6) for value in self.to_wgs84(lon, lat or 0.0))
        guessed = kind_of(code, name)
        if kind in AMBIGUOUS and KIND_LEVEL[kind] != codes.level_of(code):
            kind = guessed
        layer = layer if code % 1000 else None
        self.rows.append(bulk.Row(code, name, kind or guessed, layer, households, population, lon, lat))


def column_letter(position: int | None) -> str:
    """0 → A, 26 → AA; nothing for a column that is not there."""
    letters = ""
    while position is not None and position >= 0:
        letters = chr(ord("A") + position % 26) + letters
        position = position // 26 - 1
    return letters


def _code(value: str) -> int:
    try:
        return codes.parse(value)
    except codes.BadCode as error:
        raise _Cell(str(error), _("2、4、6、9、12 或 15 位数字")) from error


def _kind(value: str) -> str:
    found = WORDS.get(value) or (value if value in KIND_LEVEL else WORDS.get(sheets.plain(value)))
    if found is None:
        raise _Cell(_("不认识的类别"), ALLOWED)
    return found


def _level(value: str) -> int:
    found = LEVELS.get(value) or LEVELS.get(sheets.plain(value).removesuffix(".0"))
    if found is None:
        raise _Cell(_("不认识的级别"), _("1–6，或省、市、县、乡、村、网格"))
    return found


def _layer(value: str) -> str:
    found = LAYERS.get(sheets.plain(value))
    if found is None:
        raise _Cell(_("不认识的网格层"), _("治理、建管"))
    return found


def _number(value: str) -> float:
    try:
        number = float(unicodedata.normalize("NFKC", value).replace(",", "").rstrip("户人°").strip())
    except ValueError:
        number = math.nan
    return number


def _whole(value: str) -> int:
    number = _number(value)
    if not (0 <= number <= MAX_COUNT and number == int(number)):
        raise _Cell(_("不是整数"), _("0 或正整数"))
    return int(number)


def _degrees(value: str, low: float, high: float) -> float:
    number = _number(value)
    if not low <= number <= high:
        raise _Cell(_("不是中国境内的经纬度"), _("%(low)d–%(high)d 度，小数") % {"low": low, "high": high})
    return number


def _longitude(value: str) -> float:
    return _degrees(value, 73, 136)


def _latitude(value: str) -> float:
    return _degrees(value, 3, 54)


def read_places(content: bytes, file_name: str, datum_name: datum.Datum = "wgs84") -> Reader:
    """Read without writing; see `.rows` and `.problems`. Raises BadFile where it is no table."""
    reader = Reader(sheets.read(content, file_name, HEADERS, ("code", "name")), datum_name)
    reader.read()
    return reader


def import_places(
    *, content: bytes, file_name: str, basis: Basis, by: User | None, datum_name: datum.Datum = "wgs84"
) -> AreaChange:
    """Take a list of places whole, from the day of the basis on, or refuse it whole (Unfit, BadFile).

    New codes begin; standing ones whose row differs get a new version; places that the list does not name stay.
    Empty cells keep what stands.
    """
    reader = read_places(content, file_name, datum_name)
    alone("file")
    _check_parents(reader, basis.on)
    if not reader.count and not reader.rows:
        raise BadFile(_("“%(file)s”里没有一行地域") % {"file": file_name})
    with transaction.atomic():
        if not reader.count:
            bulk.stage(reader.rows)
            for code, day in bulk.too_new(basis.on)[:MAX_PROBLEMS]:
                reason = _("现有记录从 %(day)s 起或止") % {"day": day}
                reader.problem(reader.row_of[code], "code", codes.text(code), reason, _("更晚的生效日期"))
        if reader.count:
            raise Unfit(sorted(reader.problems), reader.count)
        root = _root([row.code for row in reader.rows])
        change = AreaChange.objects.create(
            kind=ChangeKind.IMPORT, area=root, on=basis.on, document_number=basis.document_number,
            document_title=basis.document_title, reason=basis.reason, by=by,
        )  # fmt: skip
        digest = hashlib.sha256(content).hexdigest()
        AreaImport.objects.create(change=change, file_name=file_name[:200], sha256=digest, rows=len(reader.rows))
        try:
            with transaction.atomic():
                written = bulk.write(change, generated=False)
        except IntegrityError as broken:
            raise explained(broken) from broken
        change.data = {"begun": written.begun, "ended": written.ended}
        change.save(update_fields=["data"])
        record(what="areas.import", kind="areachange", object_id=change.pk, area=root, sha256=digest, **change.data)
    return change


def _check_parents(reader: Reader, on: dt.date) -> None:
    wanted: dict[int, int] = {}
    for row in reader.rows:
        parent = codes.parent_of(row.code)
        if parent and parent not in reader.row_of and codes.level_of(row.code) > codes.CITY:
            wanted.setdefault(parent, row.code)
    standing = set(Area.objects.as_of(on).filter(code__in=wanted, valid__upper_inf=True).values_list("code", flat=True))
    for parent, child in wanted.items():
        if parent not in standing:
            reader.problem(
                reader.row_of[child], "code", codes.text(child),
                _("它的上级 %(code)s 不在名单里，也不在库里") % {"code": codes.text(parent)}, _("先列出或先导入上级"),
            )  # fmt: skip


def _root(listed: Sequence[int]) -> int:
    """The smallest place that holds all listed ones, those above cities not counted if the list is a city's."""
    low, high = min(listed), max(listed)
    root = low
    while high not in codes.span(root):
        root = codes.parent_of(root)
    return root
