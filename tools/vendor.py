"""Fetch the browser libraries and the font of printed papers with npm, and lay them out.

Run from the project's root: `python tools/vendor.py`. It writes the files, one SVG sprite
of the icons named in tools/icons.txt, and VENDORED.md. Source maps are left out. The font keeps the 8,105 characters of
通用规范汉字表 (tools/characters.txt), letters and punctuation.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path("lifang/faces/static/vendor")
PACKAGES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "@tabler/core": (
        "1.1.1",
        ("dist/css/tabler.min.css",),
        "staff pages; 1.1 is the last line whose colours need no `color-mix`, which browsers of 2022 lack",
    ),
    "@tabler/icons": ("3.51.0", (), "only the sprite icons.svg"),
    "htmx.org": ("2.0.11", ("dist/htmx.min.js",), "partial pages"),
    "maplibre-gl": (
        "6.17.0",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
        "maps; module build, whose worker is a file of our own host",
    ),
    "echarts": ("6.1.0", ("dist/echarts.common.min.js",), "charts; the common build"),
}
FONT = ("@expo-google-fonts/noto-serif-sc", "0.4.3", "400Regular/NotoSerifSC_400Regular.ttf", "LICENSE_FONT")
PAPER = Path("lifang/domains/certificates/paper")
BESIDES = (
    [*range(0x20, 0x7F), *range(0xFF01, 0xFF5F)],
    "　、。〃〈〉《》「」『』【】〔〕·—–―…‘’“”〇○●×÷±°′″㎡№①②③④⑤⑥⑦⑧⑨⑩￥¥□☑√※→←↑↓・ⅠⅡⅢⅣⅤ•",
)
"""Letters, digits and punctuation of the font, by number and as they are."""


def unpack(name: str, version: str, into: Path) -> Path:
    """Download one package and return the folder that holds its files."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=into, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    shutil.unpack_archive(into / packed, into / name)
    return into / name / "package"


def copy(source: Path, target: Path) -> None:
    """Copy a text file without its reference to a source map."""
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=[^*]+\*/)\s*$", "\n", text)
    target.write_text(text, encoding="utf-8")


def sprite(icons: Path, names: list[str]) -> str:
    """One SVG whose symbols bear the icons' names; strokes take the colour of the text."""
    symbols = []
    for name in sorted(names):
        svg = (icons / f"{name}.svg").read_text(encoding="utf-8")
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>", svg)
        body = "".join(re.sub(r"\s+", " ", s) for s in shapes if 'stroke="none"' not in s)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def font(folder: Path) -> None:
    """The font of printed papers, with the characters that papers need, and its licence."""
    name, version, file, paper = FONT
    package = unpack(name, version, folder)
    wanted = [*BESIDES[0], *map(ord, BESIDES[1]), *map(ord, Path("tools/characters.txt").read_text(encoding="utf-8"))]
    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    whole = TTFont(package / file)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=wanted)
    cut.subset(whole)
    whole.save(PAPER / "NotoSerifSC-Regular.ttf")
    shutil.copy(package / paper, PAPER / "NotoSerifSC.OFL.txt")
    (PAPER / "VENDORED.md").write_text(
        f"# Vendored font\n\nWritten by `tools/vendor.py`; do not edit by hand. Noto Serif SC, SIL Open Font License 1.1, from"
        f" {name} {version}, cut to the characters of 通用规范汉字表, letters and punctuation.\n",
        encoding="utf-8",
    )


def main() -> None:
    """Write every vendored file and the list of them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    rows = ["# Vendored browser libraries", "", "Written by `tools/vendor.py`; do not edit by hand.", ""]
    rows += ["| package | version | licence | files | used for |", "| --- | --- | --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        font(Path(folder))
        for name, (version, files, use) in PACKAGES.items():
            package = unpack(name, version, Path(folder))
            about = json.loads((package / "package.json").read_text(encoding="utf-8"))
            short = name.strip("@").replace("/", "-")
            written = [Path(file).name for file in files]
            for file in files:
                copy(package / file, TARGET / Path(file).name)
            if name == "@tabler/icons":
                names = Path("tools/icons.txt").read_text(encoding="utf-8").split()
                (TARGET / "icons.svg").write_text(sprite(package / "icons/outline", names), encoding="utf-8")
                written = ["icons.svg"]
            for paper in ("LICENSE", "LICENSE.txt", "NOTICE"):
                if (package / paper).exists():
                    shutil.copy(package / paper, TARGET / f"{short}.{paper.removesuffix('.txt')}.txt")
            rows.append(f"| {name} | {version} | {about['license']} | {', '.join(written)} | {use} |")
    (TARGET / "VENDORED.md").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
