import gc
import os

from django.core.wsgi import get_wsgi_application

from lifang.faces.readable import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
application = get_wsgi_application()
application.request_class = Request
# What a page makes is freed when it is sent; looking for rings among all that stays cost a tenth of every page.
gc.set_threshold(50_000, 20, 50)
