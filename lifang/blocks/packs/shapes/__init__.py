"""What the files of a pack hold, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass

from lifang.blocks.packs.shapes.care import CareList, Condition
from lifang.blocks.packs.shapes.cases import GIVEN, CaseType, Clock, Ends, Input, State, Transition
from lifang.blocks.packs.shapes.certificates import Attested, CertificateForm
from lifang.blocks.packs.shapes.events import CategoryEntry, EventsFile
from lifang.blocks.packs.shapes.figures import Exclusion, Expected, Indicator, IndicatorsFile, Situation
from lifang.blocks.packs.shapes.forms import FormColumn, FormSheet
from lifang.blocks.packs.shapes.kinds import Active, Column, Item, RegisterKind
from lifang.blocks.packs.shapes.matters import Catalogue, Former, Matter
from lifang.blocks.packs.shapes.offered import Material, Question, Requirement, Service, ServiceList
from lifang.blocks.packs.shapes.register import CodeList, Element
from lifang.blocks.packs.shapes.values import (
    CalendarFile,
    Citation,
    Coverage,
    Dated,
    Head,
    Limits,
    OddDay,
    Owner,
    Role,
    Source,
    Step,
    Titled,
    Year,
)

__all__ = [
    "Active",
    "Attested",
    "CalendarFile",
    "CareList",
    "CaseType",
    "Catalogue",
    "CategoryEntry",
    "CertificateForm",
    "Citation",
    "Clock",
    "CodeList",
    "Column",
    "Condition",
    "Coverage",
    "Dated",
    "Element",
    "Ends",
    "EventsFile",
    "Exclusion",
    "Expected",
    "FormColumn",
    "FormSheet",
    "Former",
    "GIVEN",
    "Head",
    "Indicator",
    "IndicatorsFile",
    "Input",
    "Item",
    "Limits",
    "Material",
    "Matter",
    "OddDay",
    "Owner",
    "Pack",
    "Question",
    "RegisterKind",
    "Requirement",
    "Role",
    "Service",
    "ServiceList",
    "Situation",
    "Source",
    "State",
    "Step",
    "Titled",
    "Transition",
    "Year",
]


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder, read and checked."""

    head: Head
    sources: Mapping[str, Source]
    units: Mapping[str, Titled]
    functions: Mapping[str, Titled]
    effects: Mapping[str, Titled]
    roles: Mapping[str, Role]
    calendar: CalendarFile | None
    values: Mapping[str, Dated]
    events: tuple[EventsFile, ...]
    cases: tuple[CaseType, ...]
    indicators: IndicatorsFile | None
    situations: tuple[Situation, ...]
    elements: Mapping[str, Element]
    codes: Mapping[str, CodeList]
    registers: Mapping[str, RegisterKind]
    care_lists: Mapping[str, CareList]
    catalogues: tuple[Catalogue, ...]
    forms: tuple[FormSheet, ...]
    certificates: tuple[tuple[str, CertificateForm], ...]
    services: tuple[ServiceList, ...]

    @property
    def name(self) -> str:
        return self.head.name
