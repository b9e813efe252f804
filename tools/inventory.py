"""Which rows of the inventory (docs/reference/inventory.csv) a test proves, and which not yet.

A test proves a row when its name or docstring carries the row's id (S034) and it passes now.
"""

import ast
import csv
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"(?<![A-Za-z0-9])[Ss](\d{3})(?![0-9])")


def rows() -> dict[str, tuple[str, str]]:
    """Row id → (domain, title)."""
    with open(ROOT / "docs/reference/inventory.csv", encoding="utf-8") as file:
        return {row["id"]: (row["domain"], row["title"]) for row in csv.DictReader(file)}


def carried() -> dict[str, set[str]]:
    """Row id → the tests (file::name) that carry it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted([*ROOT.glob("lifang/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = node.name.replace("_", " ") + " " + (ast.get_docstring(node) or "")
                for number in ROW.findall(words):
                    found[f"S{number}"].add(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def passed(tests: set[str]) -> set[str]:
    """Those of the tests that pass now."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n0", f"--junitxml={report}", *sorted(tests)]
        subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False)
        outcomes: dict[str, bool] = {}
        for case in ET.parse(report).iter("testcase"):
            name = f"{(case.get('classname') or '').replace('.', '/')}.py::{(case.get('name') or '').split('[')[0]}"
            fine = not any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
            outcomes[name] = outcomes.get(name, True) and fine
    return {name for name, fine in outcomes.items() if fine}


def main() -> None:
    known, tests = rows(), carried()
    good = passed(set().union(*tests.values()))
    proven = {row for row, names in tests.items() if row in known and names <= good}
    for row in sorted(known):
        state = "proven" if row in proven else "FAILING" if row in tests else "not yet"
        print(f"{row}  {state:8}  {known[row][0]:14} {known[row][1]}")
    by_domain = Counter(known[row][0] for row in proven)
    print(
        f"\n{len(proven)} of {len(known)} rows proven: " + ", ".join(f"{d} {n}" for d, n in sorted(by_domain.items()))
    )
    sys.exit(any(row in tests and row not in proven for row in known))


if __name__ == "__main__":
    main()
