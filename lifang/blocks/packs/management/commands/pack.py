"""`lifang pack check [NAME|PATH]`, `lifang pack diff A B`, `lifang pack diagram CASE`."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.packs import checks, compare, resolving, situations
from lifang.blocks.packs.diagram import mermaid
from lifang.blocks.packs.loader import ROOT, read_all
from lifang.blocks.packs.problems import Problem, unknown
from lifang.blocks.packs.shapes import Pack
from lifang.blocks.packs.words import STATUSES

STATUS_WORDS = {
    "in_force": gettext_lazy("已读原文"),
    "secondary": gettext_lazy("据转载或报道"),
    "draft": gettext_lazy("征求意见稿"),
    "unverified": gettext_lazy("待核对"),
    "sample": gettext_lazy("示范值"),
}


class Command(BaseCommand):
    help = "规则包：检查、比较、画流程图"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help=_("检查规则包，说明哪里不对、应当怎样"))
        check.add_argument("pack", nargs="?", help=_("规则包名称或文件夹；不写则检查全部"))
        diff = actions.add_parser("diff", help=_("比较两个规则包，或同一规则包的两个日期"))
        diff.add_argument("one")
        diff.add_argument("other")
        diff.add_argument("--on", type=date.fromisoformat, default=date.today())  # noqa: DTZ011
        diff.add_argument("--on2", type=date.fromisoformat, default=None)
        diagram = actions.add_parser("diagram", help=_("输出案件类型的状态图（Mermaid）"))
        diagram.add_argument("case")
        diagram.add_argument("--pack", default="national")
        diagram.add_argument("--on", type=date.fromisoformat, default=date.today())  # noqa: DTZ011

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., None]] = {
            "check": self.check_packs,
            "diff": self.diff,
            "diagram": self.diagram,
        }
        actions[action](**options)

    def check_packs(self, pack: str | None, **_options: Any) -> None:
        """Print what is wrong, or what each pack rests on."""
        packs, problems = read_all(ROOT)
        wanted = set(packs)
        if pack and (folder := Path(pack)).is_dir() and folder.resolve().parent != ROOT:
            more, found = read_all(folder.resolve().parent)
            packs, wanted = packs | more, {folder.resolve().name}
            problems = found
        elif pack:
            wanted = {Path(pack).name}
        if unread := wanted - set(packs) - {problem.where.file.split("/")[0] for problem in problems}:
            raise CommandError(unknown(_("规则包"), unread.pop(), packs))
        for name in sorted(wanted & set(packs)):
            problems += self._problems(packs[name], packs)
        problems = sorted(p for p in set(problems) if p.where.file.split("/")[0] in wanted)
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(_("发现 %(n)s 处问题") % {"n": len(problems)})
        for name in sorted(wanted):
            self._report(packs[name], packs)

    def _problems(self, pack: Pack, packs: dict[str, Pack]) -> list[Problem]:
        found = checks.check(pack, packs)
        return found or situations.differences(pack, tuple(checks.chain(pack, packs)))

    def _report(self, pack: Pack, packs: dict[str, Pack]) -> None:
        counts = checks.statuses(pack, packs)
        rests = "、".join(f"{STATUS_WORDS[status]} {counts[status]}" for status in STATUSES if status in counts)
        self.stdout.write(
            _("%(name)s %(title)s：通过。实例 %(n)s 个。依据：%(rests)s")
            % {"name": pack.name, "title": pack.head.title, "n": len(pack.situations), "rests": rests or _("无")}
        )

    def diff(self, one: str, other: str, on: date, on2: date | None, **_options: Any) -> None:
        """Print the differing values of two packs, one a line."""
        found = compare.differences(self._line(one), on, self._line(other), on2 or on)
        for item in found:
            self.stdout.write(
                f"{item.subject}\n  {one} {on}: {item.one or '-'}\n  {other} {on2 or on}: {item.other or '-'}"
            )
        self.stdout.write(_("共 %(n)s 处不同") % {"n": len(found)})

    def diagram(self, case: str, pack: str, on: date, **_options: Any) -> None:
        """Print the state diagram of a case type."""
        try:
            self.stdout.write(mermaid(resolving.case_type(self._line(pack), case, on)))
        except resolving.NoRule as error:
            raise CommandError(str(error)) from None

    def _line(self, name: str) -> resolving.Line:
        packs, problems = read_all(ROOT)
        if name not in packs:
            raise CommandError(str(problems[0]) if problems else unknown(_("规则包"), name, packs))
        return tuple(checks.chain(packs[name], packs))
