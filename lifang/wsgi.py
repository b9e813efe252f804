import os

from django.core.wsgi import get_wsgi_application

from lifang.faces.readable import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
application = get_wsgi_application()
application.request_class = Request
