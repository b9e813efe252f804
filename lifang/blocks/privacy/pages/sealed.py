"""How many values each key sealed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lifang.blocks.privacy import rotation
from lifang.ground.access import vault
from lifang.ground.access.doors import serves


@dataclass(frozen=True)
class Row:
    """`counts` are by key, in the order of the table's head."""

    title: str
    counts: list[int]


@require_safe
@serves("job.manage")
def keys(request: HttpRequest) -> HttpResponse:
    """`/desk/admin/keys/`."""
    found = rotation.counted()
    titles = {column.path: column.title for column in rotation.columns()}
    titles |= {folder: str(title) for folder, (_binding, title) in rotation.FOLDERS.items()}
    newest = vault.newest()
    numbers = sorted({newest, *vault.keys(), *(number for counts in found.values() for number in counts)})
    rows = [Row(titles[path], [counts[number] for number in numbers]) for path, counts in found.items()]
    older = sum(counts.total() - counts[newest] for counts in found.values())
    lost = sorted(set(numbers) - set(vault.keys()) - {newest})
    context = {"rows": rows, "numbers": numbers, "newest": newest, "older": older, "lost": lost}
    return render(request, "privacy/keys.html", context)
