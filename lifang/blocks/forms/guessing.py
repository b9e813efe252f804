"""What a column of a sender's table asks for, guessed from the words above it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings

from lifang.blocks.forms.alike import newest
from lifang.blocks.forms.reading import column, condition, of_persons, sheet_of
from lifang.blocks.lists.care import rule_of
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Condition, FormColumn
from lifang.blocks.registry.imports.columns import parts
from lifang.ground.access.models import Unit
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.files.tables import plain, whole

EVERYBODY = (
    "总人口",
    "人口总数",
    "人口数",
    "总人数",
    "常住人口",
    "居民总数",
    "居民人数",
    "人数合计",
    "总数",
    "合计",
    "总计",
    "人口",
    "人数",
)
HOMES = ("总户数", "户数", "住户数", "家庭户数")
NUMBERED = ("序号", "编号", "行号")
PLACED = ("社区", "社区名称", "村社区", "单位", "填报单位", "所属社区", "名称")
FILLERS = re.compile(r"其中|以?内|的|人数|人口|户数|人员|人|数|名|个|共")
AGES = (
    (re.compile(r"(\d{1,3})周?岁?[-—－~～至到](\d{1,3})周?岁"), lambda m: {"first": int(m[1]), "last": int(m[2])}),
    (re.compile(r"(\d{1,3})周?岁及?以上"), lambda m: {"first": int(m[1])}),
    (re.compile(r"(\d{1,3})周?岁及?以下"), lambda m: {"last": int(m[1])}),
    (re.compile(r"[不未]满(\d{1,3})周?岁|(\d{1,3})周?岁以内"), lambda m: {"last": int(m[1] or m[2]) - 1}),
)
HEADS = re.compile(r"^户主的?")
REMARKS = "备注"
OPTIONAL = re.compile(r"[（(\[【]\s*(选填|可选|可不填|可以不填|非必填)\s*[）)\]】]")
SEXES = {"男性": "1", "女性": "2", "男": "1", "女": "2"}


class Guesser:
    """Knows the words of elements, code lists, care lists, registers at a unit's place, and of what other forms keep already."""

    def __init__(self, unit: Unit) -> None:
        area = unit.area
        self.elements = packs.elements(area)
        self.by_header = {
            plain(word): name for name, one in self.elements.items() for word in (one.title, *one.headers)
        }
        self.numbers = {word: name for word, name in self.by_header.items() if self.elements[name].kind == "number"}
        self.lists = {plain(one.title): name for name, one in packs.care_lists(area).items()}
        self.registers = {
            plain(word): name for name, one in packs.register_kinds(area).items() for word in (one.title, *one.headers)
        }
        self.codes = self._codes(area)
        self.kept = _kept(unit)

    def _codes(self, area: int) -> dict[str, tuple[str, str]]:
        """The words of code lists → element and code; a word of two lists is left out."""
        found: dict[str, tuple[str, str]] = {}
        twice = set()
        for name, one in self.elements.items():
            if one.kind == "code" and one.codes != "sex" and one.sensitivity != "special":
                listed = packs.code_list(one.codes, area)
                words = {**{v: k for k, v in {**listed.values, **listed.own}.items()}, **listed.also}
                for word, code in words.items():
                    twice |= {word} if word in found else set()
                    found[word] = (name, code)
        return {word: told for word, told in found.items() if word not in twice and len(word) > 1}

    @property
    def words(self) -> set[str]:
        """Words that may stand above a column."""
        some = (*EVERYBODY, *HOMES, *NUMBERED, *PLACED, *SEXES)
        return {*self.by_header, *self.lists, *self.registers, *self.codes, *some}

    def skipped(self, header: str) -> bool:
        """A running number, or the name of the place, which the platform writes itself."""
        return plain(header.split("/")[-1]) in (*NUMBERED, *PLACED)

    def of_roster(self, header: str, cell: tuple[int, ...] = ()) -> FormColumn:
        name = next((self.by_header[part] for part in parts(header) if part in self.by_header), None)
        if name:
            return column(_title(header), "element", name, kind="text", cell=cell)
        return self._typed(header, "text", cell)

    def of_homes(self, header: str, cell: tuple[int, ...] = ()) -> FormColumn:
        """Of its head, or counted over who lives there."""
        text = plain(header)
        told = self.of_roster(HEADS.sub("", text) or self.elements["name"].title, cell)
        if told.source == "typed" or told.what in self.numbers.values():
            told = self.of_sheet(text.replace("家庭", ""), cell)
        return replace(
            told if told.source in ("element", "persons", "sums") else self._typed(header, "text", cell),
            title=_title(header),
        )

    def of_sheet(self, header: str, cell: tuple[int, ...] = ()) -> FormColumn:
        text = plain(header.replace("/", ""))
        if kind := next((self.registers[part] for part in parts(header) if part in self.registers), None):
            return column(_title(header), "entries", kind, cell=cell)
        if name := next((self.numbers[part] for part in parts(header) if part in self.numbers), None):
            return column(_title(header), "sums", name, cell=cell)
        source = "homes" if text.endswith(HOMES) else "persons"
        conditions, rest = self._conditions(text)
        for word in (*EVERYBODY, *HOMES):
            rest = rest.replace(word, "")
        told = bool(conditions) or any(text.endswith(word) for word in (*EVERYBODY, *HOMES))
        if told and not FILLERS.sub("", rest):
            return column(_title(header), source, where=tuple(conditions), cell=cell)
        return self._typed(header, "number", cell)

    def _conditions(self, text: str) -> tuple[list[Condition], str]:
        """What the words ask of somebody, and the words that are left over."""
        found: list[Condition] = []
        for word, name in sorted(self.lists.items(), key=lambda item: -len(item[0])):
            if word in text:
                rule = rule_of(packs.care_lists(settings.CONFIG.area)[name], today())
                if rule:
                    found += rule
                    text = text.replace(word, "")
        for pattern, ages in AGES:
            while match := pattern.search(text):
                found.append(condition("age", **ages(match)))
                text = text.replace(match[0], "")
        for word, (element, code) in sorted(self.codes.items(), key=lambda item: -len(item[0])):
            if word in text:
                found.append(condition("element", element=element, values=(code,)))
                text = text.replace(word, "")
        for word, code in SEXES.items():
            if word in text:
                found.append(condition("element", element="sex", values=(code,)))
                text = text.replace(word, "")
        for word, name in self.by_header.items():
            if word in text and self.elements[name].kind == "truth":
                found.append(condition("element", element=name, values=("true",)))
                text = text.replace(word, "")
        return found, text

    def _typed(self, header: str, kind: str, cell: tuple[int, ...]) -> FormColumn:
        remarks = plain(header).endswith(REMARKS)
        one = column(
            _title(header), "typed", kind="text" if remarks else kind, cell=cell,
            optional=remarks or bool(OPTIONAL.search(header)),
        )  # fmt: skip
        return one if remarks else replace(one, what=self.kept.get(whole(one.title), ""))


def _title(header: str) -> str:
    return " ".join(OPTIONAL.sub("", header).replace("/", " ").split())[:80]


def _kept(unit: Unit) -> Mapping[str, str]:
    """What communities typed into other forms already, by its words: an answer has one home. What a form asks of persons
    is for its own unit."""
    found: dict[str, str] = {}
    with system_scope("forms"):
        for edition in newest().select_related("form__unit"):
            if edition.form.unit_id != unit.pk and of_persons(sheet_of(edition)):
                continue
            for one in edition.sheet["columns"]:
                if one["source"] == "typed" and not one["what"]:
                    found.setdefault(whole(one["title"]), f"{edition.form.code}.{one['key']}")
    return found
