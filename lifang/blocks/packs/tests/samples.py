"""The sample packs of the tests: a small sound pair, and variants with one thing broken."""

import shutil
from pathlib import Path

from lifang.blocks.packs import checks
from lifang.blocks.packs.loader import ROOT, load_all, read_all
from lifang.blocks.packs.problems import Problem
from lifang.blocks.packs.shapes import Pack

HERE = Path(__file__).parent
SAMPLE = HERE / "sample"
BROKEN = sorted(path for path in (HERE / "broken").iterdir() if path.is_dir())


def lay_out(target: Path, broken: Path | None = None) -> Path:
    """The sound packs, with the files of a broken variant laid over them."""
    shutil.copytree(SAMPLE, target, dirs_exist_ok=True)
    if broken:
        shutil.copytree(broken, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    return target


def problems_of(root: Path) -> list[Problem]:
    """Everything wrong with the packs of a folder."""
    packs, problems = read_all(root)
    if not problems:
        problems = [problem for pack in packs.values() for problem in checks.check(pack, packs)]
    return sorted(set(problems))


CUT = {"law": 14, "assist": 45, "certify": 20}
"""How many of each class a list cut down from 248 has."""


def cut_down(root: Path) -> dict[str, Pack]:
    """The project's packs in a folder, and in Nanchang's a made-up list: 79 matters, and the fate of 248 old ones."""
    shutil.copytree(ROOT, root, dirs_exist_ok=True)
    listed = root / "nanchang" / "matters" / "community.yaml"
    more = {"assist": "owner: health, fund: civil_affairs, sends: [form], "}
    rows = [
        f"  made_{name}_{n}: {{title: 演示{name}{n}, class: {name}, {more.get(name, '')}source: {{document: nanchang_relief}}}}"
        for name, count in CUT.items()
        for n in range(count)
    ]
    new = [row.split(":")[0].strip() for row in rows]
    old = [f"kept, into: {name}" for name in new] + [f"merged, into: {name}" for name in new[14:59]] + ["removed"] * 124
    fates = [f"  old_{n}: {{title: 旧事项{n}, fate: {fate}}}" for n, fate in enumerate(old)]
    text = "\n".join([listed.read_text(encoding="utf-8"), "matters:", *rows, "former:", *fates, ""])
    listed.write_text(text, encoding="utf-8")
    return load_all(root)
