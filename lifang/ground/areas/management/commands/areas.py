"""`lifang areas load | import | ground | undo | export | check`."""

import csv
import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lifang.ground.access.scope import system_scope
from lifang.ground.areas import boundaries, checks, codes, imports, load
from lifang.ground.areas.actions import undo
from lifang.ground.areas.datum import TO_WGS84
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.grounding import generate_ground
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.areas.rewriting import Basis
from lifang.ground.files.tables import BadFile


class Command(BaseCommand):
    help = "Load, import, export and check the tree of places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        loading = acts.add_parser("load", help="load shipped cities with generated ground")
        loading.add_argument("city", nargs="+", choices=sorted(load.ABOUT))
        taking = acts.add_parser("import", help="take a city's own list (CSV, xlsx, xls) and boundaries (GeoJSON)")
        taking.add_argument("file", type=Path, nargs="?")
        taking.add_argument("--boundaries", type=Path)
        taking.add_argument("--datum", choices=sorted(TO_WGS84), default="wgs84")
        taking.add_argument("--on", type=dt.date.fromisoformat, help="from which day it holds; today unless said")
        taking.add_argument("--document", default="", help="number of the document that it rests on")
        grounding = acts.add_parser(
            "ground", help="generate boundaries and grids for communities that have only a point"
        )
        grounding.add_argument("place", help="code of the place in which they lie")
        grounding.add_argument("--on", type=dt.date.fromisoformat, help="from which day it holds; today unless said")
        grounding.add_argument("--document", default="", help="number of the document that it rests on")
        undoing = acts.add_parser("undo", help="take a change or an import back")
        undoing.add_argument("change", type=int)
        for name, text in (("export", "write the places as CSV"), ("check", "list what is amiss")):
            reading = acts.add_parser(name, help=text)
            reading.add_argument("place", nargs="?", default="", help="code of a place; all unless given")
            reading.add_argument("--on", type=dt.date.fromisoformat)

    def handle(self, *args: Any, act: str, **given: Any) -> None:
        try:
            getattr(self, f"_{act}")(**given)
        except imports.Unfit as error:
            for row, column, value, reason, allowed in error.problems:
                self.stderr.write(f"{row}\t{column}\t{value}\t{reason}\t{allowed}")
            raise CommandError(str(error)) from error
        except (Refused, BadFile, codes.BadCode, OSError) as error:
            raise CommandError(str(error)) from error

    def _load(self, *, city: list[str], **_given: Any) -> None:
        for name in city:
            with system_scope("areas.load"):
                change = load.load_city(city=name, by=None)
                self.stdout.write(f"{name}: {change.begun.count()} ({change.pk})")

    def _import(
        self, *, file: Path | None, boundaries: Path | None, datum: Any, on: Any, document: str, **_: Any
    ) -> None:
        if file is None and boundaries is None:
            raise CommandError("name a list, --boundaries, or both")
        basis = Basis(on=on or timezone.localdate(), document_number=document)
        with system_scope("areas.import"):
            if file is not None:
                change = imports.import_places(
                    content=file.read_bytes(), file_name=file.name, basis=basis, by=None, datum_name=datum
                )
                self.stdout.write(
                    f"{file.name}: {change.data['begun']} begun, {change.data['ended']} ended ({change.pk})"
                )
            if boundaries is not None:
                self._boundaries(boundaries, datum, basis)

    def _boundaries(self, file: Path, datum: Any, basis: Basis) -> None:
        change = boundaries.import_boundaries(
            content=file.read_bytes(), file_name=file.name, datum=datum, basis=basis, by=None
        )
        self.stdout.write(f"{file.name}: {change.begun.count()} boundaries ({change.pk})")

    def _ground(self, *, place: str, on: dt.date | None, document: str, **_given: Any) -> None:
        basis = Basis(on=on or timezone.localdate(), document_number=document)
        with system_scope("areas.ground"):
            change, left = generate_ground(place=codes.parse(place), basis=basis, by=None)
        for unit in left:
            self.stderr.write(f"{codes.text(unit.code)}\t{unit.name}\t{unit.reason}")
        counts = change.data
        self.stdout.write(
            f"{counts['communities']} communities, {counts['grids']} grids, {counts['left']} left ({change.pk})"
        )

    def _undo(self, *, change: int, **_given: Any) -> None:
        with system_scope("areas.undo"):
            found = AreaChange.objects.filter(pk=change).first()
            if found is None:
                raise CommandError(f"there is no change {change}")
            undo(change=found, by=None)

    def _export(self, *, place: str, on: dt.date | None, **_given: Any) -> None:
        columns = ("code", "name", "kind", "level", "parent_code", "layer", "households", "population", "lon", "lat")
        writer = csv.writer(self.stdout)
        writer.writerow(columns)
        held = Area.objects.as_of(on or timezone.localdate()).below(codes.parse(place) if place else codes.NATION)
        for row in held.order_by("code").values_list(*columns).iterator():
            writer.writerow([codes.text(row[0]), *row[1:4], codes.text(row[4]), *row[5:]])

    def _check(self, *, place: str, on: dt.date | None, **_given: Any) -> None:
        inside = codes.parse(place) if place else codes.NATION
        with system_scope("areas.check"):
            for finding in checks.findings(inside, on or timezone.localdate()):
                self.stdout.write(f"{finding.rule}\t{codes.text(finding.code)}\t{finding.name}\t{finding.text}")
