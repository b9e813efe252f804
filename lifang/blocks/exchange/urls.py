"""Addresses below /desk/."""

from django.urls import path

from lifang.blocks.exchange.pages import asking, correcting, entering, giving, quality, returning

urlpatterns = [
    path("persons/new/", entering.enter, name="person_enter"),
    path("persons/new/near/", entering.near, name="person_enter_near"),
    path("persons/<int:pk>/correct/", correcting.correct, name="person_correct"),
    path("data/questions/", asking.asked, name="data_questions"),
    path("data/questions/<int:pk>/answer/", asking.answer_for, name="data_question_answer"),
    path("data/returned/", returning.top, name="data_returned"),
    path("data/returned/<int:pk>/<slug:element>/", returning.persons, name="data_returned_persons"),
    path("data/quality/", quality.top, name="data_quality"),
    path("data/quality/again/", quality.again, name="data_quality_again"),
    path("data/quality/<int:pk>/sheet/", quality.workbook, name="data_flaws"),
    path("data/exchange/", giving.top, name="data_exchange"),
    path("data/exchange/new/", giving.create, name="data_contract_new"),
    path("data/exchange/<int:pk>/", giving.contract, name="data_contract"),
    path("data/exchange/<int:pk>/order/", giving.order, name="data_order"),
    path("data/exchange/<int:pk>/end/", giving.end, name="data_contract_end"),
    path("data/exchange/sent/<int:pk>/", giving.download, name="data_sent"),
    path("data/exchange/sent/<int:pk>/again/", giving.again, name="data_sent_again"),
    path("data/imports/<int:pk>/replay/", giving.replay, name="data_replay"),
    path("flaws/", quality.own, name="flaws"),
    path("flaws/sheet/", quality.own_sheet, name="flaws_sheet"),
    path("questions/", asking.own, name="questions"),
    path("questions/<int:pk>/answer/", asking.answer, name="question_answer"),
]
