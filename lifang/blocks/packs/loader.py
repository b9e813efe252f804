"""Read a folder of packs, or one pack, and refuse it whole when anything is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.packs import certificates, checks, forms, grammar, kinds, matters, offered, register
from lifang.blocks.packs.problems import PackErrors, Problem, Where, unknown
from lifang.blocks.packs.reading import BAD, Kind, Reader
from lifang.blocks.packs.shapes import CaseType, Pack

ROOT = Path(__file__).resolve().parents[2] / "packs"
"""The packs that come with the project."""

SINGLE: dict[str, Kind] = {
    "pack.yaml": grammar.head,
    "sources.yaml": grammar.sources,
    "units.yaml": grammar.units,
    "functions.yaml": grammar.functions,
    "effects.yaml": grammar.effects,
    "roles.yaml": grammar.roles,
    "calendar.yaml": grammar.calendar,
    "values.yaml": grammar.values,
    "events.yaml": grammar.events,
    "indicators.yaml": grammar.indicators,
    "elements.yaml": register.elements,
    "care_lists.yaml": register.care_lists,
}
FOLDERS: dict[str, Kind] = {
    "cases": grammar.case_type,
    "certificates": certificates.forms,
    "codes": register.code_list,
    "events": grammar.events,
    "forms": forms.form,
    "matters": matters.catalogue,
    "registers": kinds.registers,
    "services": offered.service_list,
    "tests": grammar.situations,
}
REQUIRED = ("pack.yaml", "sources.yaml")


def load_all(root: Path = ROOT) -> dict[str, Pack]:
    """Every pack of a folder by name, read and checked against each other. Raises PackErrors."""
    packs, problems = read_all(root)
    problems += [problem for pack in packs.values() for problem in checks.check(pack, packs)]
    if problems:
        raise PackErrors(problems)
    return packs


def read_all(root: Path) -> tuple[dict[str, Pack], list[Problem]]:
    """The packs of a folder that could be read, and what is wrong with the form of the others."""
    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        try:
            packs[folder.name] = read_pack(folder)
        except PackErrors as error:
            problems += error.problems
    return packs, problems


def read_pack(folder: Path) -> Pack:
    """One pack by the form of its files alone. Raises PackErrors."""
    reader = Reader(folder.parent)
    reader.problems += _stray_files(folder)
    single: dict[str, Any] = {}
    for file, kind in SINGLE.items():
        if (folder / file).exists():
            single[file] = reader.read(folder / file, kind)
        elif file in REQUIRED:
            text = _("缺少文件 %(file)s") % {"file": file}
            reader.problems.append(Problem(Where(f"{folder.name}/{file}", 1), text))
    many = {
        name: [reader.read(path, kind) for path in sorted((folder / name).glob("*.yaml"))]
        for name, kind in FOLDERS.items()
    }
    head = single.get("pack.yaml")
    if head is not None and head is not BAD and head.name != folder.name:
        text = _("name 是「%(name)s」，与文件夹名「%(folder)s」不一致") % {"name": head.name, "folder": folder.name}
        reader.problems.append(Problem(head.at, text))
    reader.refuse()
    events = ([single["events.yaml"]] if "events.yaml" in single else []) + many["events"]
    nothing: Mapping[str, Any] = MappingProxyType({})
    return Pack(
        head=single["pack.yaml"],
        sources=single["sources.yaml"],
        units=single.get("units.yaml", nothing),
        functions=single.get("functions.yaml", nothing),
        effects=single.get("effects.yaml", nothing),
        roles=single.get("roles.yaml", nothing),
        calendar=single.get("calendar.yaml"),
        values=single.get("values.yaml", nothing),
        events=tuple(events),
        cases=tuple(_finished(case, folder.name) for case in many["cases"]),
        indicators=single.get("indicators.yaml"),
        elements=single.get("elements.yaml", nothing),
        codes={found.codes: found for found in many["codes"]},
        registers=MappingProxyType({name: kind for file in many["registers"] for name, kind in file.items()}),
        catalogues=tuple(many["matters"]),
        forms=tuple(many["forms"]),
        certificates=tuple(one for file in many["certificates"] for one in file.items()),
        services=tuple(many["services"]),
        care_lists=single.get("care_lists.yaml", nothing),
        situations=tuple(situation for file in many["tests"] for situation in file),
    )


def _finished(case: CaseType, pack: str) -> CaseType:
    """With its version, and with "open" spelled out as every state that is not final."""
    still_open = tuple(name for name, state in case.states.items() if not state.final)
    rows = tuple(replace(row, states=still_open) if isinstance(row.states, str) else row for row in case.transitions)
    return replace(case, transitions=rows, version=f"{pack}/{case.since}")


def _stray_files(folder: Path) -> Iterable[Problem]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_dir() or path.suffix not in {".yaml", ".yml"}:
            continue
        at = Where(f"{folder.name}/{inside.as_posix()}", 1)
        if len(inside.parts) == 1 and path.name not in SINGLE:
            yield Problem(at, unknown(_("文件"), path.name, SINGLE))
        elif len(inside.parts) > 1 and (inside.parts[0] not in FOLDERS or len(inside.parts) > 2):
            yield Problem(at, unknown(_("文件夹"), inside.parent.as_posix(), FOLDERS))
        elif path.suffix == ".yml":
            yield Problem(at, _("文件名须以 .yaml 结尾"))
