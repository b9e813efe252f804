"""The sheet of paper: PDF/A-2b, set by Typst from `paper/`, a page a copy.

Characters that the font of the folder lacks are taken from the fonts of the machine; where none has them, nothing is
printed with a hole in it.
"""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused

FOLDER = Path(__file__).parent / "paper"
STANDARD: Final = "a-2b"
LACKING = re.compile(r'the text `?"(.+?)"`? could not be displayed')


def printed(sheet: str, data: Mapping[str, Any]) -> bytes:
    """The sheet `<sheet>.typ` with this content. Raises Refused naming characters that no font here has."""
    given = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return _set(sheet, given, own_fonts_alone=True)
    except typst.TypstError as lacking:
        if not LACKING.search(str(lacking)):
            raise
    try:
        return _set(sheet, given, own_fonts_alone=False)
    except typst.TypstError as lacking:
        if not (found := LACKING.search(str(lacking))):
            raise
        raise Refused(
            _(
                "这台机器上没有能印「{letters}」的字体，没有出具，也没有用印。请管理员装上含这个字的字体，或者先写手写件。"
            ).format(letters=found[1])
        ) from None


def _set(sheet: str, given: dict[str, str], *, own_fonts_alone: bool) -> bytes:
    return typst.compile(
        str(FOLDER / f"{sheet}.typ"), root=str(FOLDER), font_paths=[str(FOLDER)], ignore_system_fonts=own_fonts_alone,
        sys_inputs=given, pdf_standards=STANDARD,
    )  # fmt: skip


def qr(text: str) -> str:
    """As SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()
