"""Which formulas of a sender's workbook may stay: those that reckon with its own cells and do nothing else."""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lifang.ground.files.tables import BadFile

RECKON = ("SUM", "SUMIF", "COUNT", "COUNTA", "COUNTIF", "IF", "ROUND", "AVERAGE", "MAX", "MIN")
SIGNS = (Token.OP_IN, Token.OP_PRE, Token.OP_POST, Token.PAREN, Token.SEP, Token.WSPACE)
CELL, COLUMN = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}", r"\$?[A-Za-z]{1,3}"
CELLS = re.compile(rf"(?:'(?P<quoted>[^']+)'!|(?P<bare>\w+)!)?(?:{CELL}(?::{CELL})?|{COLUMN}:{COLUMN})")


def cells_of(sheet: Worksheet) -> list[Cell]:
    """The cells that there are: `iter_rows` makes every other up to the last row and column, which lie where a sender likes."""
    return list(sheet._cells.values())


def keep_plain(book: Workbook) -> None:
    """Names, what colours cells, and what checks them by more than reckoning are taken away; drop-downs stay. Raises
    BadFile, naming the cell, for a formula that does more than reckon."""
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            if cell.data_type == "f" and not _plain(str(getattr(cell.value, "text", cell.value)), book.sheetnames):
                raise BadFile(
                    _("{cell} 格的公式不能用：只收四则运算和 {names}。请改成普通的字再来").format(
                        cell=cell.coordinate, names="、".join(RECKON)
                    )
                )
        sheet.conditional_formatting = ConditionalFormattingList()
        named = {
            name: str(one.attr_text)
            for names in (book.defined_names, sheet.defined_names)
            for name, one in names.items()
        }
        watched = sheet.data_validations.dataValidation
        sheet.data_validations.dataValidation = [one for one in watched if _watches(one, named, book.sheetnames)]
        sheet.defined_names.clear()
    book.defined_names.clear()


def _watches(one: DataValidation, named: Mapping[str, str], sheets: Collection[str]) -> bool:
    """Whether it does no more than reckon; a name is written out."""
    for at in ("formula1", "formula2"):
        said = str(getattr(one, at) or "").lstrip("=")
        said = named.get(said, said).lstrip("=")
        if said and not _plain(f"={said}", sheets):
            return False
        setattr(one, at, said or None)
    return True


def _plain(formula: str, sheets: Collection[str]) -> bool:
    try:
        return all(_harmless(one, sheets) for one in Tokenizer(formula).items)
    except TokenizerError:
        return False


def _harmless(one: Token, sheets: Collection[str]) -> bool:
    if one.type == Token.FUNC:
        return one.subtype == Token.CLOSE or one.value[:-1].upper() in RECKON
    if one.type != Token.OPERAND:
        return one.type in SIGNS
    if one.subtype != Token.RANGE:
        return one.subtype in (Token.NUMBER, Token.TEXT, Token.LOGICAL)
    found = CELLS.fullmatch(one.value)
    return found is not None and (found["quoted"] or found["bare"]) in (None, *sheets)
