"""Draw the name mark as favicon and app icons: a walled ward, its cross streets, one block that is home.

Run from the project's root: `python tools/marks.py`.
"""

from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path("lifang/faces/static/lifang/icons")
INK, HOME, PAPER = "#1a4f86", "#b5402f", "#ffffff"
GRID = 32
# corners of the wall (gates in the middle of each side) and the four blocks, on a grid of 32
WALL: list[tuple[float, float, float, float]] = [(3, 3, 13, 5.5), (3, 3, 5.5, 13), (19, 3, 29, 5.5), (26.5, 3, 29, 13)]
WALL += [(3, 26.5, 13, 29), (3, 19, 5.5, 29), (19, 26.5, 29, 29), (26.5, 19, 29, 29)]
BLOCKS = [(7.5, 7.5, 13.75, 13.75), (7.5, 18.25, 13.75, 24.5), (18.25, 18.25, 24.5, 24.5)]
HOME_BLOCK = (18.25, 7.5, 24.5, 13.75)


def draw(size: int, margin: float, ground: str | None) -> Image.Image:
    """The mark on a square; `margin` is the part of the side left free around it."""
    fine = size * 4
    image = Image.new("RGBA", (fine, fine), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    unit, start = fine * (1 - 2 * margin) / GRID, fine * margin

    def box(shape: tuple[float, float, float, float], colour: str) -> None:
        pen.rectangle([start + value * unit for value in shape], fill=colour)

    for shape in WALL + BLOCKS:
        box(shape, INK)
    box(HOME_BLOCK, HOME)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def svg() -> str:
    """The same drawing as an SVG that turns light on a dark tab bar."""
    rects = "".join(
        f'<rect x="{a}" y="{b}" width="{c - a}" height="{d - b}" class="{css}"/>'
        for css, shapes in (("ink", WALL + BLOCKS), ("home", [HOME_BLOCK]))
        for a, b, c, d in shapes
    )
    style = f".ink{{fill:{INK}}}.home{{fill:{HOME}}}"
    style += "@media(prefers-color-scheme:dark){.ink{fill:#82b6ed}.home{fill:#e2725f}}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>{style}</style>{rects}</svg>\n'


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "favicon.svg").write_text(svg(), encoding="utf-8")
    for name, size, margin, ground in [
        ("favicon-32", 32, 0.0, None),
        ("touch-180", 180, 0.14, PAPER),
        ("app-192", 192, 0.08, PAPER),
        ("app-512", 512, 0.08, PAPER),
        ("app-maskable-512", 512, 0.2, PAPER),
    ]:
        draw(size, margin, ground).save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
