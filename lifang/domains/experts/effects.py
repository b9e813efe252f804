"""What acts on a question to an expert do."""

import contextlib

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Doing, effect
from lifang.blocks.cases.errors import Refused
from lifang.blocks.cases.lifecycle import MAX_TEXT
from lifang.blocks.cases.models import Case
from lifang.blocks.cases.words import words
from lifang.domains.experts.queries import field_title
from lifang.ground.access.scope import system_scope


@effect("own_answer")
def own_answer(doing: Doing) -> None:
    """Only the expert who was asked answers under the expert's function."""
    if doing.actor.user_id is None or doing.case.fields["expert_user"] != doing.actor.user_id:
        raise Refused(_("这个问题请教的是{name}，要由本人答复。").format(name=doing.case.fields["expert_name"]))


@effect("give_answer")
def give_answer(doing: Doing) -> None:
    """The answer stands with the question, where words find it, and in the story of the case that was asked about."""
    case, answer = doing.case, doing.data["answer"]
    how = doing.data.get("how", "")
    case.fields = {**case.fields, "answer": answer, "answered_at": doing.at.isoformat()}
    if how:
        case.fields |= {"recorded_by": doing.actor.name, "how": doing.type.inputs["how"].options[how]}
    found = " ".join([*words(case.title, answer), *words(case.number, case.text, case.place_text)])
    Case.objects.filter(pk=case.pk).update(words=RawSQL("to_tsvector('simple', %s)", [found]))
    note = _("专家答复（{field}，{name}，{number}）：{answer}").format(
        field=field_title(case.category, case.area), name=case.fields["expert_name"], number=case.number, answer=answer
    )
    note = note if len(note) <= MAX_TEXT else note[: MAX_TEXT - 1] + "…"
    with system_scope("experts.answer"), contextlib.suppress(Refused):  # a case that ended meanwhile keeps its story
        apply(
            case_id=case.parent_id or 0,
            act="add_note",
            version=None,
            actor=doing.actor,
            data={"note": note},
            at=doing.at,
        )


@effect("keep_words")
def keep_words(doing: Doing) -> None:
    """Why there is no answer, or how it served, stands with the question."""
    said = {name: doing.data[name] for name in ("reason", "rating", "comment") if name in doing.data}
    doing.case.fields = {**doing.case.fields, **said}
