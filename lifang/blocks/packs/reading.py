"""YAML with line numbers, read strictly into dataclasses.

A *kind* reads one node: ``kind(node, reader) -> value``. It reports what is wrong to the reader and
answers ``BAD``; reading goes on, so that one run shows every mistake of a file. The YAML is the plain
part of the language: true and false are the only truth values, 08 is text and not a number, a date is
a date, and a repeated key or an alias is refused.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.packs.problems import PackErrors, Problem, Where, unknown

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

Node = yaml.nodes.Node
Kind = Callable[[Node, "Reader"], Any]
Words: TypeAlias = "str | StrPromise"


class _Bad:
    def __repr__(self) -> str:
        return "BAD"


BAD: Any = _Bad()
"""Stands for a value that could not be read; its problem is already reported."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,9}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class _Loader(_BaseLoader):
    """Only text, numbers, dates, true, false and null are told apart."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}


for _tag, _pattern, _starts in (
    ("bool", re.compile(r"(true|false)\Z"), "tf"),
    ("int", _INTEGER, "-0123456789"),
    ("float", _DECIMAL, "-0123456789"),
    ("timestamp", _DATE, "0123456789"),
    ("null", re.compile(r"(~|null|)\Z"), ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, list(_starts))

_NAMES = {
    "str": lazy("文字"),
    "int": lazy("整数"),
    "float": lazy("小数"),
    "bool": lazy("true 或 false"),
    "timestamp": lazy("日期"),
    "null": lazy("空"),
    "map": lazy("键值表"),
    "seq": lazy("列表"),
}


@dataclass
class Reader:
    """Collects the problems of one pack."""

    root: Path
    file: str = ""
    problems: list[Problem] = field(default_factory=list)

    def where(self, node: Node) -> Where:
        """The line of a node."""
        return Where(self.file, node.start_mark.line + 1)

    def bad(self, node: Node, text: str) -> Any:
        """Report a problem at a node; answers BAD."""
        self.problems.append(Problem(self.where(node), text))
        return BAD

    def expect(self, node: Node, allowed: Words) -> Any:
        """Report that a node is something else than what is allowed."""
        return self.bad(node, _("这里是%(found)s，应为%(allowed)s") % {"found": found(node), "allowed": allowed})

    def read(self, path: Path, kind: Kind) -> Any:
        """Read one file; BAD when anything in it is wrong."""
        self.file = path.relative_to(self.root).as_posix()
        before = len(self.problems)
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        except UnicodeDecodeError:
            self.problems.append(Problem(Where(self.file, 1), _("文件不是 UTF-8 编码，请另存为 UTF-8")))
            return BAD
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            what = getattr(error, "problem", None) or str(error)
            text = _("不是合法的 YAML：%(what)s。常见原因：缩进不齐、冒号后少空格、引号未闭合") % {"what": what}
            self.problems.append(Problem(Where(self.file, line), text))
            return BAD
        if node is None:
            self.problems.append(Problem(Where(self.file, 1), _("文件是空的")))
            return BAD
        if again := _shared(node):
            return self.bad(again, _("不支持锚点和引用，请把内容写全"))
        value = kind(node, self)
        return BAD if len(self.problems) > before else value

    def refuse(self) -> None:
        """Raise when anything was wrong."""
        if self.problems:
            raise PackErrors(self.problems)


def _shared(root: Node) -> Node | None:
    """A node that an alias makes appear twice, perhaps inside itself."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            return node
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            todo += [part for pair in node.value for part in pair]
    return None


def found(node: Node) -> str:
    """A node as words: what it is, and its text when short."""
    name = str(_NAMES.get(node.tag.rsplit(":", 1)[-1], node.tag))
    if isinstance(node, yaml.ScalarNode) and node.value and len(node.value) <= 40:
        return f"{name}「{node.value}」"
    return name


def _tag_of(node: Node) -> str:
    return node.tag.rsplit(":", 1)[-1]


def text(node: Node, reader: Reader) -> Any:
    """A text that is not empty; numbers and dates are taken as they are written."""
    if (
        isinstance(node, yaml.ScalarNode)
        and _tag_of(node) in {"str", "int", "float", "timestamp"}
        and node.value.strip()
    ):
        return node.value.strip()
    return reader.expect(node, _("文字"))


def whole(node: Node, reader: Reader) -> Any:
    """A whole number."""
    return int(node.value) if _tag_of(node) == "int" else reader.expect(node, _("整数"))


def number(node: Node, reader: Reader) -> Any:
    """A number; whole numbers stay whole."""
    if _tag_of(node) == "int":
        return int(node.value)
    return float(node.value) if _tag_of(node) == "float" else reader.expect(node, _("数字"))


def truth(node: Node, reader: Reader) -> Any:
    """true or false."""
    return node.value == "true" if _tag_of(node) == "bool" else reader.expect(node, _("true 或 false"))


def day(node: Node, reader: Reader) -> Any:
    """A date, YYYY-MM-DD."""
    if _tag_of(node) == "timestamp":
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            return reader.bad(node, _("日历上没有「%(day)s」这一天") % {"day": node.value})
    return reader.expect(node, _("日期，如 2026-01-01"))


def moment(node: Node, reader: Reader) -> Any:
    """A local time, YYYY-MM-DD HH:MM."""
    if isinstance(node, yaml.ScalarNode):
        try:
            return datetime.strptime(node.value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 (the calendar's zone is added later)
        except ValueError:
            pass
    return reader.expect(node, _("日期和时刻，如 2026-09-30 16:30"))


def pattern(regex: str, like: Words) -> Kind:
    """A text of a given form; ``like`` describes it with an example."""
    compiled = re.compile(regex)

    def kind(node: Node, reader: Reader) -> Any:
        if isinstance(node, yaml.ScalarNode) and compiled.fullmatch(node.value):
            return node.value
        return reader.expect(node, like)

    return kind


def choice(what: Words, allowed: Collection[str]) -> Kind:
    """One of a closed set of words."""

    def kind(node: Node, reader: Reader) -> Any:
        value = text(node, reader)
        if value is BAD or value in allowed:
            return value
        return reader.bad(node, unknown(what, value, allowed))

    return kind


def listing(item: Kind, *, empty: bool = True) -> Kind:
    """A list; answers a tuple."""

    def kind(node: Node, reader: Reader) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return reader.expect(node, _("列表，如 [甲, 乙]"))
        if not node.value and not empty:
            return reader.bad(node, _("列表不能为空"))
        values = tuple(item(child, reader) for child in node.value)
        return BAD if BAD in values else values

    return kind


def pairs(node: Node, reader: Reader) -> list[tuple[str, yaml.ScalarNode, Node]] | None:
    """The entries of a mapping as (key, key node, value node); repeated keys are refused."""
    if not isinstance(node, yaml.MappingNode):
        reader.expect(node, _("键值表，如 {title: 名称}"))
        return None
    seen: dict[str, int] = {}
    entries: list[tuple[str, yaml.ScalarNode, Node]] = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            reader.expect(key, _("文字作键"))
            continue
        if key.value in seen:
            reader.bad(
                key,
                _("键「%(key)s」重复，第 %(line)s 行已有") % {"key": key.value, "line": seen[key.value]},
            )
            continue
        seen[key.value] = key.start_mark.line + 1
        entries.append((key.value, key, value))
    return entries


def table(item: Kind, key: Kind = text) -> Kind:
    """A mapping from keys of one kind to values of one kind, in the order written."""

    def kind(node: Node, reader: Reader) -> Any:
        entries = pairs(node, reader)
        if entries is None:
            return BAD
        values = {key(key_node, reader): item(value, reader) for _name, key_node, value in entries}
        return BAD if BAD in values or BAD in values.values() else MappingProxyType(values)

    return kind


@dataclass(frozen=True)
class Field:
    """A field of a record: its kind and, unless required, its default."""

    kind: Kind
    default: Any = BAD


def optional(kind: Kind, default: Any = None) -> Field:
    """A field that may be left out."""
    return Field(kind, default)


def record(build: Callable[..., Any], **fields: Kind | Field) -> Kind:
    """A mapping with known fields; ``build`` takes them by name, and ``at`` for the line.

    A trailing underscore is dropped from the written name: ``from_`` is written ``from``.
    """
    known = {name.rstrip("_"): (name, f if isinstance(f, Field) else Field(f)) for name, f in fields.items()}

    def kind(node: Node, reader: Reader) -> Any:
        entries = pairs(node, reader)
        if entries is None:
            return BAD
        values: dict[str, Any] = {}
        broken = False
        for name, key_node, value in entries:
            if name not in known:
                reader.bad(key_node, unknown(_("字段"), name, known))
                broken = True
                continue
            values[known[name][0]] = known[name][1].kind(value, reader)
        for name, (target, spec) in known.items():
            if target not in values:
                values[target] = spec.default
                if spec.default is BAD:
                    reader.bad(node, _("缺少字段「%(name)s」") % {"name": name})
        if broken or BAD in values.values():
            return BAD
        try:
            return build(**values, at=reader.where(node))
        except ValueError as error:
            return reader.bad(node, str(error))

    return kind


def mapping_of(node: Node) -> Mapping[str, Node]:
    """The value nodes of a mapping by key, without checks; empty for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
