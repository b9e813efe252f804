"""Addresses below /desk/money/."""

from django.urls import path

from lifang.domains.gate.pages.money import accounts, entering, months, places

urlpatterns = [
    path("", places.index, name="money"),
    path("unpaid/", places.unpaid, name="money_unpaid"),
    path("promise/", entering.promise, name="money_promise"),
    path("matters/<slug:name>/", places.matter, name="money_matter"),
    path("payers/<int:pk>/", places.payer, name="money_payer"),
    path("entries/<int:pk>/", accounts.entry, name="money_entry"),
    path("entries/<int:pk>/reverse/", entering.reverse, name="money_reverse"),
    path("<int:area>/months/<slug:month>/", months.month, name="money_month"),
    path("<int:area>/months/<slug:month>/close/", months.close, name="money_close"),
    path("<int:area>/<slug:name>/<int:unit>/", accounts.account, name="money_account"),
    path("<int:area>/<slug:name>/<int:unit>/receive/", entering.receive, name="money_receive"),
    path("<int:area>/<slug:name>/<int:unit>/spend/", entering.spend, name="money_spend"),
]
