"""The test bed: one embedded database, made by the owner, used by the application's role."""

import os
import warnings
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from lifang.server import embedded
from lifang.server.prepare import make_app_role, make_database


def _start_database() -> None:
    """Before Django's settings are used: the cluster of the tests' data folder runs."""
    if not os.environ.get("DATABASE_URL"):
        embedded.start(settings.CONFIG.data)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A test database with the roles of a real one: the owner migrates, the tests run as the application."""
    _start_database()
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_{os.environ.get('LIFANG_TEST_DB', 'lifang')}{'_' + worker if worker else ''}"
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        real = owner.settings_dict["NAME"]
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
