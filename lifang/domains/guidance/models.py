"""What communities know about their work: answers, wrong cases with the right way, practices and pilots."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import Unit, User
from lifang.ground.access.scope import Range


class ArticleQuery(models.QuerySet["Article"]):
    def published(self) -> Self:
        return self.filter(state=Article.State.PUBLISHED)

    def for_places(self, *places: Range) -> Self:
        """Those whose place overlaps one of the ranges: below it, or above it."""
        found = Q(pk__in=[])
        for low, high in places:
            found |= Q(area__lt=high, area_end__gt=low)
        return self.filter(found)

    def of_matter(self, name: str) -> Self:
        return self.filter(matters__contains=[name])

    def resting_on(self, pack: str, name: str) -> Self:
        return self.filter(documents__contains=[f"{pack}/{name}"])


class Article(models.Model):
    """One article for the places from `area` to before `area_end`.

    `text` is the answer, the error, the steps, or what was tried; `right` the right way of a wrong case; `lessons` and
    `figures` those of a pilot, which ran from `begun` to `ended`. `matters` are names of blocks.matters, `documents`
    «pack/name» of documents of the packs; `rests_on` is the day whose list and documents it was last held against.
    A published one is not changed: another that `replaces` it takes its place. `case` is the number of the case that it
    was made from. `told_on` is when its writer was last told that its ground changed.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", _("政策一口清")
        WRONG = "wrong", _("案例纠错")
        PRACTICE = "practice", _("典型做法")
        PILOT = "pilot", _("试点经验")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        WAITING = "waiting", _("待核对")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤下")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    area = models.BigIntegerField(_("适用地域"))
    area_end = models.BigIntegerField()
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("正文"))
    right = models.TextField(_("正确办法"), blank=True)
    lessons = ArrayField(models.CharField(max_length=500), default=list, verbose_name=_("经验"))
    figures = models.TextField(_("数据"), blank=True)
    begun = models.DateField(_("开始日期"), null=True)
    ended = models.DateField(_("总结日期"), null=True)
    matters = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("相关事项"))
    documents = ArrayField(models.CharField(max_length=100), default=list, verbose_name=_("依据文件"))
    rests_on = models.DateField(_("依据哪一天的清单"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("执笔人"))
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    case = models.CharField(_("来自案件"), max_length=24, blank=True)
    told_on = models.DateField(null=True)
    published_on = models.DateField(_("发布日期"), null=True)
    words = SearchVectorField(null=True)

    objects = ArticleQuery.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "area_end"], name="article_place"),
            GinIndex(fields=["words"], name="article_words"),
            GinIndex(fields=["matters"], name="article_matters"),
            GinIndex(fields=["documents"], name="article_documents"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ended=None) | Q(ended__gte=models.F("begun")), name="article_days"),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """What somebody did with an article, and why."""

    class Act(models.TextChoices):
        WRITE = "write", _("起草")
        EDIT = "edit", _("修改")
        SEND = "send", _("送核")
        RETURN = "return", _("退回修改")
        PUBLISH = "publish", _("核对并发布")
        CONFIRM = "confirm", _("核对，仍然适用")
        WITHDRAW = "withdraw", _("撤下")

    article = models.ForeignKey(Article, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10, choices=Act)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["article", "at"], name="step_article")]


class Adoption(models.Model):
    """A community that works by a practice or by the lessons of a pilot, from `since` until it says that it no more does."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="adoptions")
    area = models.BigIntegerField(_("社区"))
    since = models.DateField(_("开始采用"))
    until = models.DateField(_("停止采用"), null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "area"],
                condition=Q(until=None),
                name="adopted_once_by_a_community",
                violation_error_message=_("这个社区已经采用。"),
            )
        ]
