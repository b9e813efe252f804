import asyncio
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import with_db_cleanup
from procrastinate.jobs import DeleteJobCondition

from lifang.ground.jobs.watch import keep_trouble

OPTIONS: WorkerOptions = {
    "concurrency": 2,
    "update_heartbeat_interval": 10,
    "delete_jobs": DeleteJobCondition.SUCCESSFUL,
    "task_middleware": [keep_trouble],
}


class Command(BaseCommand):
    help = "Run jobs and schedules until ended."

    def handle(self, *args: Any, **options: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            asyncio.run(self._work(working))

    async def _work(self, working: App) -> None:
        async with working.open_async():
            await working.run_worker_async(**with_db_cleanup(OPTIONS))
