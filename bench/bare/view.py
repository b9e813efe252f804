"""The least that a Django view with one INSERT can be."""

import json
import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

settings.configure(
    SECRET_KEY="measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "lifang_owner",
            "HOST": os.environ["BARE_SOCKET"],
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()


def report(request: HttpRequest) -> JsonResponse:
    sent = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare (category, body, at) VALUES (%s, %s, now()) RETURNING id",
            [sent["category"], sent["text"]],
        )
        answer = JsonResponse({"id": cursor.fetchone()[0]}, status=201)
    answer.headers["Content-Length"] = str(len(answer.content))
    return answer


urlpatterns = [path("api/v1/reports", report)]
application = get_wsgi_application()
