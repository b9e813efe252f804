"""`lifang matters from-xlsx FILE --pack NAME [--out PATH]`, `lifang matters to-xlsx PACK CATALOGUE --out FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lifang.blocks.matters import sheets
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.problems import unknown


class Command(BaseCommand):
    help = "事项清单：从 Excel 写成规则包的文件，或导出"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        taking = actions.add_parser("from-xlsx", help=_("读清单，写成规则包 matters 文件夹里的文件"))
        taking.add_argument("file", type=Path)
        taking.add_argument("--pack", required=True)
        taking.add_argument("--out", type=Path, default=None, help=_("写到哪里；不写则打印出来"))
        giving = actions.add_parser("to-xlsx", help=_("导出一个清单；不写清单代号则是空表"))
        giving.add_argument("pack")
        giving.add_argument("catalogue", nargs="?", default="")
        giving.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        (self.take if action == "from-xlsx" else self.give)(**options)

    def take(self, file: Path, pack: str, out: Path | None, **_options: Any) -> None:
        """Nothing is written while a cell is wrong; what is lacking is said and kept out of the way."""
        if pack not in packs.packs():
            raise CommandError(unknown(_("规则包"), pack, packs.packs()))
        try:
            found = sheets.taken(file.read_bytes(), pack)
        except OSError as error:
            raise CommandError(_("读不到文件：{why}").format(why=error)) from None
        for wrong in found.wrong:
            self.stderr.write(str(wrong))
        if found.wrong:
            raise CommandError(_("有 {n} 处要改，什么也没有写。改好后再导入一次。").format(n=len(found.wrong)))
        for lack in found.lacking:
            self.stderr.write(_("还缺 {what}").format(what=lack))
        if out is None:
            self.stdout.write(found.yaml)
            return
        out.write_text(found.yaml, encoding="utf-8")
        self.stderr.write(_("已写 {path}。请运行 lifang pack check {pack}。").format(path=out, pack=pack))

    def give(self, pack: str, catalogue: str, out: Path, **_options: Any) -> None:
        if pack not in packs.packs():
            raise CommandError(unknown(_("规则包"), pack, packs.packs()))
        mine = {one.catalogue: one for one in sorted(packs.packs()[pack].catalogues, key=lambda one: one.since)}
        if catalogue and catalogue not in mine:
            raise CommandError(unknown(_("清单"), catalogue, mine))
        out.write_bytes(sheets.workbook(mine.get(catalogue)))
        self.stderr.write(_("已写 {path}").format(path=out))
