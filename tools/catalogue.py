"""The English catalogue (lifang/locale/en): taken from the source, checked and compiled.

`python tools/catalogue.py` takes the strings from the source anew and lists what is left to translate;
`python tools/catalogue.py check` only checks. Taking strings needs GNU gettext (xgettext); compiling does not.
"""

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.test import override_settings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "lifang/locale/en/LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
HEAD = {
    "Project-Id-Version": "lifang",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%%|%[sdf]|\{[\w.\[\]]*(?:![rs])?(?::[^{}\s]*)?\}")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
KINDS = {".py", ".html", ".txt"}
ELSEWHERE = {"tests", "migrations", "static"}
# Words that stay Chinese in an English text: names, and what must be typed as it is.
PROPER = re.compile(
    "里坊|简体中文|东湖区|百花|代码|名称|治理|建管|网格|[省市县乡村]"
    "|永宁路|大道|[路街巷道层年月日]|没有|自住|出租|空置|商铺|办公|其他用途"
)


class Extraction(makemessages.Command):
    """Django's makemessages, which also knows the short name that two modules give to gettext_lazy."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=lazy"]


def _copy(to: Path) -> None:
    """The files with strings for people; makemessages writes beside them, so it is given copies."""
    for path in (ROOT / "lifang").rglob("*.*"):
        if path.suffix in KINDS and not ELSEWHERE & set(path.relative_to(ROOT).parts):
            copy = to / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def extracted() -> polib.POFile:
    """Every string of the source, sorted, each with the files that hold it."""
    with tempfile.TemporaryDirectory() as folder:
        _copy(Path(folder))
        with contextlib.chdir(folder), override_settings(LOCALE_PATHS=[f"{folder}/locale"]):
            call_command(Extraction(), locale=["en"], add_location="file", no_wrap=True, verbosity=0)
        found = polib.pofile(f"{folder}/locale/en/LC_MESSAGES/django.po", wrapwidth=0)
    found.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return found


def kept() -> polib.POFile:
    return polib.pofile(str(PO), wrapwidth=0) if PO.exists() else polib.POFile(wrapwidth=0)


def update() -> polib.POFile:
    """The catalogue with exactly the strings of the source, keeping what is translated."""
    known = {(entry.msgid, entry.msgctxt): entry for entry in kept()}
    catalogue = extracted()
    for entry in catalogue:
        if old := known.get((entry.msgid, entry.msgctxt)):
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural or entry.msgstr_plural
    catalogue.header, catalogue.metadata, catalogue.metadata_is_fuzzy = "", dict(HEAD), 0
    return catalogue


def write(catalogue: polib.POFile) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(PO))
    catalogue.save_as_mofile(str(MO))


def words(entry: polib.POEntry) -> list[str]:
    """What the entry says in English: one text, or the texts for one and for many."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def faults(catalogue: polib.POFile) -> list[str]:
    """What is wrong with the translations: empty, fuzzy, other placeholders, or Chinese left over."""
    found = []
    for entry in catalogue:
        asked = Counter(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in words(entry):
            if not text:
                found.append(f"not translated: {entry.msgid!r}")
            elif Counter(PLACEHOLDER.findall(text)) != asked:
                found.append(f"other placeholders: {entry.msgid!r} → {text!r}")
            elif CHINESE.search(PROPER.sub("", text)):
                found.append(f"Chinese left: {entry.msgid!r} → {text!r}")
        if entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid!r}")
    return found


def unknown(catalogue: polib.POFile) -> list[str]:
    """Strings of the source that the catalogue does not have."""
    have = {(entry.msgid, entry.msgctxt) for entry in catalogue}
    return [entry.msgid for entry in extracted() if (entry.msgid, entry.msgctxt) not in have]


def stale(catalogue: polib.POFile) -> bool:
    """Whether the compiled catalogue says something else than the written one."""
    return not MO.exists() or MO.read_bytes() != catalogue.to_binary()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
    django.setup()
    if "check" in sys.argv:
        catalogue = kept()
        wrong = [*(f"missing: {text!r}" for text in unknown(catalogue)), *faults(catalogue)]
        wrong += ["django.mo is older than django.po"] if stale(catalogue) else []
    else:
        catalogue = update()
        write(catalogue)
        wrong = faults(catalogue)
    print(*wrong, f"{len(catalogue)} strings, {len(wrong)} faults", sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
