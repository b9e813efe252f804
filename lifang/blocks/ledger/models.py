"""Double-entry accounts: what was posted stays, each entry sums to zero, a closed month takes no more.

The database holds these rules itself (migrations/0002_rules.py), whoever writes.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifang.ground.access.models import Unit, User


class Account(models.Model):
    """What is counted apart: in one book (`books.BOOKS`), at one place, of one kind, `about` something by name (a matter)
    and with one other party (`unit`)."""

    book = models.CharField(_("账本"), max_length=8)
    area = models.BigIntegerField(_("地域"))
    kind = models.CharField(_("科目"), max_length=20)
    about = models.CharField(_("事项"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("对方单位"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["book", "area", "kind", "about", "unit"], nulls_distinct=False, name="account_once"
            )
        ]
        indexes = [models.Index(fields=["about"], name="account_about")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}".strip()


class Entry(models.Model):
    """What happened on a day, with the paper that shows it. `key` makes a repeated entry the same one; `due_on` is by
    when what it promises is to come; `reverses` the entry that it takes back."""

    book = models.CharField(_("账本"), max_length=8)
    area = models.BigIntegerField(_("地域"))
    day = models.DateField(_("日期"))
    words = models.CharField(_("摘要"), max_length=200)
    paper = models.CharField(_("凭据"), max_length=120, blank=True)
    due_on = models.DateField(_("应到日期"), null=True)
    key = models.CharField(max_length=60)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "book", "key"], name="entry_once")]

    def __str__(self) -> str:
        return self.words


class Posting(models.Model):
    """One account's part of an entry, in the smallest parts of the book's unit. No foreign keys: each would lock its row,
    and all writers post to the same few accounts; the rules of the table check both."""

    pk = models.CompositePrimaryKey("entry_id", "account_id")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", db_constraint=False, db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", db_constraint=False, db_index=False)
    area = models.BigIntegerField(_("地域"))
    day = models.DateField(_("日期"))
    amount = models.BigIntegerField(_("金额"))

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_is_something")]
        indexes = [models.Index(fields=["account", "day"], include=["amount", "area"], name="posting_account")]


class Closing(models.Model):
    """A month of one place's book that takes no more entries, and with it all months before. `month` is its first day."""

    book = models.CharField(_("账本"), max_length=8)
    area = models.BigIntegerField(_("地域"))
    month = models.DateField(_("月份"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("结账人"))
    at = models.DateTimeField(_("结账时间"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "book", "month"], name="closing_once")]


class Balance(models.Model):
    """What an account stood at when a month was closed, `until` its last day; kept by the closing itself."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="balances", db_index=False)
    area = models.BigIntegerField(_("地域"))
    until = models.DateField(_("截至"))
    amount = models.BigIntegerField(_("余额"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "until"], name="balance_once")]
