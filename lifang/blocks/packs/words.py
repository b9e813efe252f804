"""The closed sets of words that packs may use."""

URGENCIES = ("ordinary", "urgent", "critical")
"""From the least to the most urgent."""

LEVELS = ("province", "city", "county", "street", "community")
KINDS = ("event", "component")
POWERS = ("own", "assist", "none")
"""What a community may do itself in a category: handle it, help the owner, or only report it."""

STATUSES = ("in_force", "secondary", "draft", "unverified", "sample")
"""How far a source can be relied on: read in the original; read in a copy or a report of it; not yet
decided; named from general knowledge and not yet read; invented to show the form."""

LIMITS = (
    "accept", "file", "dispatch", "receive", "handle", "verify", "callback", "respond", "whistle", "arbitrate", "close",
)  # fmt: skip
INPUTS = (
    "text", "clause", "date", "datetime", "unit", "units", "case", "limit", "choice", "photos", "number", "bool",
    "area", "point", "category",
)  # fmt: skip
TOLD = ("reporter", "owner", "unit", "actor", "parts", "dispatcher", "supervisor")
INDICATOR_UNITS = ("percent", "count", "seconds", "points")
ELEMENTS = ("text", "name", "date", "identity", "phone", "address", "code", "number", "truth", "place")
SENSITIVITIES = ("open", "personal", "sealed", "special")
"""How a value is guarded: open within the place; personal; sealed and shown masked; special (health, children), and kept apart."""
REGISTERS = ("organisation", "committee", "station", "place", "equipment", "activity", "burden")
COLUMNS = ("text", "number", "date", "truth", "choice", "choices", "code", "credit", "item", "entry")
"""Kinds of what a register's entry says; credit is an 18-character unified social credit code, item one of the kind's."""
PER = ("community", "worker")
CLASSES = ("law", "assist", "certify", "refuse", "government", "unclassed")
"""Whose a matter is: the community's by law; a department's with which it assists; a certificate it may issue, or may not;
a department's or street's alone; not yet decided."""
TASKS = ("development", "service", "order")
QUESTIONS = ("text", "number", "date", "truth", "choice")
CHANNELS = ("counter", "phone", "page", "house_call")
PERIODS = ("once", "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "needed")
SENDINGS = ("task", "form", "meeting", "inspection", "plate", "data", "certificate")
"""The forms in which a body may ask something of a community."""
CHECKS = ("register", "paper", "visit", "witnesses")
"""How a fact on a certificate is made sure of: by the registers, a paper seen, a visit, or two who know."""
FATES = ("kept", "merged", "removed")
FORM_SHAPES = ("roster", "homes", "sheet")
"""A row for each person or thing; for each home; for each place."""
FORM_SOURCES = ("element", "column", "persons", "homes", "sums", "entries", "typed")
"""Where a column's answers come from: a data element; a column of a register; persons, homes or entries counted, an element
added up; typing."""
ANSWERS = ("number", "text", "date", "truth")
CONDITIONS = ("age", "home", "element")
COVERED = ("full", "partial", "none")
