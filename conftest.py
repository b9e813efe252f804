"""The test bed: one embedded database, made by the owner, used by the application's role."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from lifang.ground import kept
from lifang.server import embedded
from lifang.server.prepare import make_app_role, make_database

LOCAL_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
started = pytest.StashKey[bool]()
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")  # no test fails because the machine has other work


def pytest_configure(config: pytest.Config) -> None:
    """The cluster of the tests' data folder runs while they do; attempts are counted in the process alone, and its files lie
    in a folder of its own: another's test that deletes what is old would delete them too."""
    settings.CACHES = LOCAL_CACHE
    settings.DATA_DIR = Path(tempfile.mkdtemp(prefix="lifang-test-"))
    settings.LIMITS_FILE = settings.DATA_DIR / "limits"
    first = not hasattr(config, "workerinput") and not os.environ.get("DATABASE_URL")
    config.stash[started] = first and embedded.start(settings.CONFIG.data)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.DATA_DIR)
    if config.stash.get(started, False):
        embedded.stop(settings.CONFIG.data)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One test process at a time makes its database."""
    with open(settings.CONFIG.data / ".tests.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A test database with the roles of a real one: the owner migrates, the tests run as the application."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_{os.environ.get('LIFANG_TEST_DB', 'lifang')}{'_' + worker if worker else ''}"
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        real = owner.settings_dict["NAME"]
        with _alone():
            make_database()
        owner.settings_dict["NAME"] = app.settings_dict["NAME"] = name
        owner.settings_dict["TEST"]["NAME"] = name
        with connections["owner"]._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            make_app_role()
            call_command("migrate", database="owner", verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        for connection in (owner, app):
            connection.close()
        owner.settings_dict["NAME"] = app.settings_dict["NAME"] = real
        with owner._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        owner.close()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What one test had counted must not answer the next, and its last visitor's language not speak there."""
    kept.forget()
    translation.activate(settings.LANGUAGE_CODE)
