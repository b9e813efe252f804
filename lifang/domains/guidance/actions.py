"""Writing articles, having them checked by somebody else, publishing, withdrawing, and adopting what they tell."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from lifang.blocks.cases.errors import Refused
from lifang.domains.guidance import personal
from lifang.domains.guidance.models import Adoption, Article, Step
from lifang.domains.guidance.queries import searched
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, level_of, span
from lifang.ground.trail.actions import record


@dataclass(frozen=True)
class Draft:
    """What is typed of an article; the fields are those of the model."""

    kind: str
    title: str
    text: str
    right: str = ""
    lessons: Sequence[str] = ()
    figures: str = ""
    begun: dt.date | None = None
    ended: dt.date | None = None
    matters: Sequence[str] = ()
    documents: Sequence[str] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.title, self.text, self.right, *self.lessons, self.figures)


@transaction.atomic
def write(*, by: User, area: int, draft: Draft, replaces: Article | None = None, case: str = "") -> Article:
    """Begin an article for a place; runs under `guide.write`. Raises Refused naming the field."""
    if not current().covers(area):
        raise Refused(_("这个地方不在你可以编写指引的范围内。"), "area")
    if replaces and Article.objects.filter(replaces=replaces, state__in=_UNDER_WAY).exists():
        raise Refused(_("已经有人在改写这一篇，请到待办里找到那份草稿接着改。"))
    below = span(area)
    article = Article(
        area=below.start, area_end=below.stop, unit=by.unit, replaces=replaces, case=case, rests_on=today()
    )
    _put(article, by, draft)
    _step(article, Step.Act.WRITE, by)
    return article


_UNDER_WAY = (Article.State.DRAFT, Article.State.WAITING)


@transaction.atomic
def edit(*, article: Article, by: User, draft: Draft, seen: int) -> None:
    """Change a draft; `seen` is the step after which it was read. Runs under `guide.write`."""
    held = _held(article, _("这篇文章已经送核或者发布，不能直接改。"), Article.State.DRAFT)
    last = Step.objects.filter(article=held).latest("pk")
    if last.pk != seen:
        raise Refused(
            _("{name}刚刚改过这份草稿。您写的内容都还在下面，请打开最新的一份对照后再保存。").format(
                name=last.by.name if last.by else ""
            )
        )
    held.rests_on = today()
    _put(held, by, draft)
    _step(held, Step.Act.EDIT, by)


def _put(article: Article, by: User, draft: Draft) -> None:
    if found := personal.numbers(*draft.texts):
        raise Refused(
            _("里面有电话或身份证号（{found}）。指引里不写个人信息，请删去后再保存。").format(
                found="、".join(one[:3] + "…" for one in found)
            )
        )
    if draft.begun and draft.ended and draft.ended < draft.begun:
        raise Refused(_("总结日期不能早于开始日期。"), "ended")
    article.by = by
    for name in ("kind", "title", "text", "right", "figures", "begun", "ended"):
        setattr(article, name, getattr(draft, name))
    article.lessons, article.matters = list(draft.lessons), list(draft.matters)
    article.documents = list(draft.documents)
    article.save()
    Article.objects.filter(pk=article.pk).update(
        words=RawSQL("to_tsvector('simple', %s)", [" ".join(searched(*draft.texts))])
    )


@transaction.atomic
def send(*, article: Article, by: User) -> None:
    """Hand a draft to those who check. Runs under `guide.write`."""
    _move(article, by, Step.Act.SEND, Article.State.WAITING, _("只有草稿可以送核。"), Article.State.DRAFT)


@transaction.atomic
def give_back(*, article: Article, by: User, note: str) -> None:
    """Back to the writer with what is wrong. Runs under `guide.check`."""
    if not note:
        raise Refused(_("请写明哪里要改。"), "note")
    _move(
        article, by, Step.Act.RETURN, Article.State.DRAFT, _("这篇文章已经不在待核对。"), Article.State.WAITING,
        note=note,
    )  # fmt: skip


@transaction.atomic
def publish(*, article: Article, by: User, looked: bool) -> None:
    """Publish what somebody else wrote; what it replaces is withdrawn with it. `looked` says that words that happen to
    be names in the registers were looked at. Runs under `guide.check`."""
    held = _held(article, _("这篇文章已经不在待核对。"), Article.State.WAITING)
    if held.steps.filter(by=by, act__in=(Step.Act.WRITE, Step.Act.EDIT)).exists():
        raise Refused(_("自己写的要由另一位同事核对后发布。"))
    if not looked and (found := personal.names(held.area, held.title, held.text, held.right, *held.lessons)):
        raise Refused(
            _(
                "里面有 {n} 个词与名册上的居民同名。请核对：是人名的退回修改；不是的，勾选“已核对没有个人信息”再发布。"
            ).format(n=len(found)),
            "looked",
        )
    held.published_on = held.rests_on = today()
    held.told_on = None
    _to(held, by, Step.Act.PUBLISH, Article.State.PUBLISHED)
    if held.replaces and held.replaces.state == Article.State.PUBLISHED:
        _to(held.replaces, by, Step.Act.WITHDRAW, Article.State.WITHDRAWN, _("由新的一篇代替"))


@transaction.atomic
def confirm(*, article: Article, by: User, note: str) -> None:
    """Hold a published article against the list of today: it still holds. Runs under `guide.check`."""
    held = _held(article, _("只有已发布的可以这样核对。"), Article.State.PUBLISHED)
    held.rests_on, held.told_on = today(), None
    held.save(update_fields=["rests_on", "told_on"])
    _step(held, Step.Act.CONFIRM, by, note)


@transaction.atomic
def withdraw(*, article: Article, by: User, note: str) -> None:
    """Take a published article back: from this moment nobody is shown it. Runs under `guide.check`."""
    if not note:
        raise Refused(_("请写明为什么撤下。"), "note")
    _move(
        article, by, Step.Act.WITHDRAW, Article.State.WITHDRAWN, _("只有已发布的可以撤下。"), Article.State.PUBLISHED,
        note=note,
    )  # fmt: skip


@transaction.atomic
def adopt(*, article: Article, by: User, area: int) -> Adoption:
    """A community says that it works by a practice. Once a community. Runs under `guide.write`."""
    if article.state != Article.State.PUBLISHED or article.kind not in (Article.Kind.PRACTICE, Article.Kind.PILOT):
        raise Refused(_("只有已发布的典型做法和试点经验可以采用。"))
    if level_of(area) != COMMUNITY or not current().covers(area):
        raise Refused(_("请选一个你工作的社区。"), "area")
    try:
        with transaction.atomic():
            adoption = Adoption.objects.create(article=article, area=area, since=today(), by=by)
    except IntegrityError:
        raise Refused(_("这个社区已经采用，不重复计数。"), "area") from None
    record(what="guide.adopted", kind="article", object_id=article.pk, area=area)
    return adoption


@transaction.atomic
def drop(*, article: Article, area: int) -> None:
    """A community no more works by it. Runs under `guide.write`."""
    if not Adoption.objects.filter(article=article, area=area, until=None).update(until=today()):
        raise Refused(_("这个社区没有采用，或者已经停止采用。"), "area")
    record(what="guide.dropped", kind="article", object_id=article.pk, area=area)


def _held(article: Article, otherwise: str, *states: str) -> Article:
    held = Article.objects.select_for_update(of=("self",)).select_related("replaces").filter(pk=article.pk).first()
    if held is None or held.state not in states:
        raise Refused(otherwise)
    return held


def _move(article: Article, by: User, act: Step.Act, to: str, otherwise: str, *states: str, note: str = "") -> None:
    _to(_held(article, otherwise, *states), by, act, to, note)


def _to(article: Article, by: User, act: Step.Act, to: str, note: str = "") -> None:
    article.state = to
    article.save(update_fields=["state", "published_on", "rests_on", "told_on"])
    _step(article, act, by, note)


def _step(article: Article, act: Step.Act, by: User, note: str = "") -> None:
    Step.objects.create(article=article, act=act, by=by, note=note)
    record(what=f"guide.{act}", kind="article", object_id=article.pk, area=article.area)
