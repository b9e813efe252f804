"""The sample packs of the tests: a small sound pair, and variants with one thing broken."""

import shutil
from pathlib import Path

from lifang.blocks.packs import checks
from lifang.blocks.packs.loader import read_all
from lifang.blocks.packs.problems import Problem

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
