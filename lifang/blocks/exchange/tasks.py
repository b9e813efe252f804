"""What runs by itself: what is wrong with the data is looked for after every import, and of all places at night."""

from contextlib import suppress

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from lifang.blocks.exchange import coming, contracts, quality
from lifang.blocks.registry import tasks
from lifang.blocks.registry.models import Import
from lifang.ground.access.scope import system_scope
from lifang.ground.jobs.words import TITLES

CHECK, NIGHTLY, MAKE = "exchange.quality", "exchange.quality_nightly", "exchange.make"
TITLES |= dict.fromkeys((CHECK, NIGHTLY), _("查找数据里的差错"))
TITLES |= {MAKE: _("生成向外提供的文件"), coming.GO_ON: _("入库接口送来的数据"), coming.READ_ON: _("读部门的文件")}


@app.task(name=CHECK, lock="registry")
def check_quality(place: int) -> None:
    quality.check(place, timezone.now())


@app.periodic(cron="23 4 * * *")
@app.task(name=NIGHTLY, queueing_lock=NIGHTLY, lock="registry")
def check_all(timestamp: int) -> None:
    quality.check(settings.CONFIG.area, timezone.now())


@app.task(name=coming.GO_ON)
def go_on(import_id: int) -> None:
    with system_scope("registry"):
        coming.go_on(import_id)


@app.task(name=coming.READ_ON, queue="registry")
def read_on(import_id: int, columns: dict[str, str], first: int) -> None:
    with system_scope("registry"):
        coming.read_on(import_id, columns, first)


@app.task(name=MAKE)
def make(sent_id: int) -> None:
    contracts.make(sent_id)


def check_soon(place: int) -> None:
    with suppress(AlreadyEnqueued):
        app.configure_task(CHECK, queueing_lock=f"{CHECK}.{place}").defer(place=place)


def _check_place_of(import_id: int) -> None:
    with system_scope("registry"):
        place = Import.objects.values_list("area", flat=True).get(pk=import_id)
    check_soon(place)


tasks.TAKEN.append(_check_place_of)
