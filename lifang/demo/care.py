"""What the demo's workers know beyond the files: marks on residents who need attention, and the lists that they keep."""

import datetime as dt

from lifang.blocks.lists import marks
from lifang.blocks.lists.models import Mark, SavedList
from lifang.blocks.registry.models import Person
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of

MARKED = (
    ("老伴上个月去世，子女在外地，近期要多上门", 60),
    ("骨折出院，独自在家，行动不便", 30),
)
KEPT = (
    ("独居老人", {"care": "living_alone"}),
    ("八十岁以上、没有电话", {"youngest": "80", "lacks": "phone"}),
)


def make_care(home: int) -> None:
    """The grid worker proposes two marks in the home grid, the community worker agrees to one and keeps two lists."""
    if Mark.objects.exists():
        return
    proposer, reviewer = (User.objects.get(username=name) for name in ("wangge", "shequ"))
    people = list(
        Person.objects.standing().within(home).filter(died_on=None, birth__lt=dt.date(1960, 1, 1))[: len(MARKED)]
    )
    made = []
    for person, (reason, days) in zip(people, MARKED, strict=False):
        with scope_of(proposer, "person.mark"):
            last = today() + dt.timedelta(days=days)
            made.append(marks.propose(person=person, name="other_care", reason=reason, last=last, by=proposer))
    with scope_of(reviewer, "person.review"):
        marks.answer(mark=made[0], answer=Mark.Answer.AGREED, note="已电话核实", by=reviewer)
    for name, query in KEPT:
        SavedList.objects.create(name=name, query=query, user=reviewer, unit=reviewer.unit)
