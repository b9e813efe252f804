"""Packed files as no program should have written them."""

import io
import struct
import zipfile

AT_VERSION, AT_FLAGS, AT_METHOD = 6, 8, 10
ODD = {
    "a name that is no text": (AT_FLAGS, 0x800),
    "a newer kind": (AT_VERSION, 99),
    "a password": (AT_FLAGS, 1),
    "an unknown method": (AT_METHOD, 97),
    "a broken stream": (AT_METHOD, 8),
    "another broken stream": (AT_METHOD, 12),
}


def odd_zip(why: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
    content, (field, value) = bytearray(packed.getvalue()), ODD[why]
    entry = content.find(b"PK\x01\x02")
    content[field - 2 : field], content[entry + field : entry + field + 2] = (
        struct.pack("<H", value),
        struct.pack("<H", value),
    )
    if value == 0x800:
        content[entry + 46] = 0xFF
    return bytes(content)
