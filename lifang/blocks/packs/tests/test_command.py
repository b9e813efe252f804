from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lifang.blocks.packs import checks, situations
from lifang.blocks.packs.diagram import mermaid
from lifang.blocks.packs.loader import ROOT, load_all
from lifang.blocks.packs.tests.samples import HERE, lay_out


def run(*words: str) -> str:
    out = StringIO()
    call_command("pack", *words, stdout=out)
    return out.getvalue()


def test_every_pack_that_comes_with_the_platform_is_sound() -> None:
    lines = run("check").splitlines()
    assert len(lines) == len(list(ROOT.glob("*/pack.yaml")))
    assert all("：通过" in line for line in lines)
    assert "示范值" in next(line for line in lines if line.startswith("nanchang"))


@pytest.mark.parametrize("name", sorted(load_all()))
def test_the_worked_examples_come_true(name: str) -> None:
    packs = load_all()
    assert situations.differences(packs[name], tuple(checks.chain(packs[name], packs))) == []


def test_an_example_that_does_not_come_true_is_a_problem(tmp_path: Path) -> None:
    root = lay_out(tmp_path)
    file = root / "base/tests/limits.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("15:00", "16:00"), encoding="utf-8")
    packs = load_all(root)
    [problem] = situations.differences(packs["base"], (packs["base"],))
    assert str(problem) == (
        "base/tests/limits.yaml:6 上午九点的垃圾：到期应为 2026-09-28 16:00，规则得出 2026-09-28 15:00"
    )


def test_a_folder_elsewhere_can_be_checked(tmp_path: Path) -> None:
    root = lay_out(tmp_path, HERE / "broken" / "unknown_owner")
    out = StringIO()
    with pytest.raises(CommandError, match="1 处问题"):
        call_command("pack", "check", str(root / "base"), stdout=out)
    assert "是不是「sanitation」" in out.getvalue()


def test_an_unknown_pack_is_named_with_the_likeliest() -> None:
    with pytest.raises(CommandError, match="是不是「nanchang」"):
        run("check", "nanchan")


def test_two_cities_side_by_side() -> None:
    text = run("diff", "nanchang", "jiyuan", "--on", "2026-09-30")
    block = text[text.index("06010 暴露垃圾 处置时限") :].splitlines()
    assert block[1].strip().startswith("nanchang 2026-09-30: 2 个工作时 [《南昌市")
    assert block[2].strip().startswith("jiyuan 2026-09-30: 1 个工作日 [《济源市")


def test_two_days_side_by_side() -> None:
    text = run("diff", "national", "national", "--on", "2025-12-31", "--on2", "2026-01-01")
    assert "700 户" in text
    assert "3000 户" in text


def test_the_diagram_shows_every_state_and_where_it_leads() -> None:
    text = run("diagram", "event")
    event = next(case for case in load_all()["national"].cases if case.name == "event")
    assert text.strip() == mermaid(event).strip()
    assert text.startswith("stateDiagram-v2")
    assert "dispatched --> arbitration: 再次退单" in text
    assert all(f" as {name}\n" in text for name in event.states)
    with pytest.raises(CommandError, match="没有案件类型"):
        run("diagram", "nothing")
