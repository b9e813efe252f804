"""The house style as laws: layers, sizes, names, and what is not done here. Each failure says what to do instead."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "lifang"
MOST_LINES, MOST_TEST_LINES = 400, 1000
# Names that a module of an app may have; whatever is particular to the app is a module with a name of its own.
RESERVED = {"views": "pages", "forms_": "forms", "services": "actions", "utils": "a name that says what it does",
            "helpers": "a name that says what it does", "signals": "an action", "managers": "queries", "selectors": "queries",
            "constants": "enums", "exceptions": "errors"}  # fmt: skip
SIGNALS = re.compile(r"django\.(db\.models|core|dispatch|contrib\.auth)\.?(signals)?$")
APPS = [p.parent for p in HOUSE.glob("*/*/apps.py")]


def _sources() -> list[Path]:
    return [p for p in sorted(HOUSE.rglob("*.py")) if "migrations" not in p.parts]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_clock_and_the_codes_know_no_web_and_no_database() -> None:
    ground = HOUSE / "ground"
    plain = [*(ground / "clock").glob("*.py"), ground / "areas" / "codes.py", ground / "areas" / "datum.py"]
    wrong = [_name(p) for p in plain if re.search(r"django\.(db|http)", p.read_text())]
    assert wrong == []


def test_files_are_small() -> None:
    long = []
    for path in [*_sources(), *(ROOT / "tests").glob("*.py")]:
        most = MOST_TEST_LINES if "tests" in path.parts else MOST_LINES
        if (lines := len(path.read_text().splitlines())) > most:
            long.append(f"{_name(path)}: {lines} lines, at most {most}; make it a package")
    assert long == []


def test_modules_have_the_names_of_the_house() -> None:
    wrong = [
        f"{_name(p)}: call it {RESERVED[p.stem]}" for p in _sources() if p.stem in RESERVED and "api" not in p.parts
    ]
    assert wrong == []


def test_every_app_is_labelled_by_its_folder() -> None:
    wrong = [_name(app) for app in APPS if f'label = "{app.name}"' not in (app / "apps.py").read_text()]
    assert wrong == []


def _inside(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ast.walk(node)


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = {
        f"{_name(path)}:{node.lineno} move the import to the head of the file"
        for path in _sources()
        for node in _inside(_tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert sorted(wrong) == []


def test_no_signals_of_our_own() -> None:
    wrong = []
    for path in [p for p in _sources() if "tests" not in p.parts]:
        for node in ast.walk(_tree(path)):
            if (
                isinstance(node, ast.ImportFrom)
                and SIGNALS.match(node.module or "")
                and "signals" in {*(node.module or "").split("."), *(alias.name for alias in node.names)}
            ):
                wrong.append(f"{_name(path)}:{node.lineno} call an action, or register a listener by name")
    assert wrong == []


def test_save_is_not_overridden() -> None:
    wrong = [
        f"{_name(path)}:{part.lineno} write an action"
        for path in _sources()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and not any("Form" in ast.unparse(base) for base in node.bases)
        for part in node.body
        if isinstance(part, ast.FunctionDef) and part.name in ("save", "delete")
    ]
    assert wrong == []


def _raises(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(function))


def _exposed(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


STRICT = ("actions.py", "lifecycle.py", "service.py", "vault.py", "policy.py", "scope.py", "locate.py", "codes.py")


def test_public_functions_that_refuse_say_so() -> None:
    wrong = [
        f"{_name(path)}:{function.lineno} {function.name}: say in its docstring what it raises and when"
        for path in _sources()
        if path.name in STRICT
        for function in _exposed(_tree(path))
        if _raises(function) and not ast.get_docstring(function)
    ]
    assert wrong == []


FINDS_OUT = {"lifang/domains/meter/checking.py", "lifang/domains/meter/words.py", "lifang/demo/burden.py"}


@pytest.mark.parametrize("word", ["clock_in", "打卡", "citizen_score", "信用积分", "leaderboard", "红黑榜"])
def test_what_is_never_built(word: str) -> None:
    """No clock-in, no leaderboards of staff, no scores of citizens; they are named where tools that ask for them are found out."""
    found = {_name(p) for p in _sources() if word in p.read_text() and "tests" not in p.parts}
    assert found - FINDS_OUT == set()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_each_readme_leads_to_every_how_to(readme: str) -> None:
    text = (ROOT / readme).read_text()
    wrong = [
        one.name for one in sorted((ROOT / "docs" / "how-to").glob("*.md")) if f"docs/how-to/{one.name}" not in text
    ]
    assert wrong == []
