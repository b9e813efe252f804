"""Addresses below /desk/forms/."""

from django.urls import path

from lifang.blocks.forms.pages import coming_back, filling, listing, making

urlpatterns = [
    path("", listing.directory, name="forms"),
    path("burden/", listing.burden, name="forms_burden"),
    path("asked/", filling.asked, name="forms_asked"),
    path("asked/<int:pk>/", filling.fill, name="form_return"),
    path("asked/<int:pk>/correct/", filling.correct, name="form_return_correct"),
    path("asked/<int:pk>/print/", filling.printed, name="form_return_print"),
    path("asked/<int:pk>/sheet/", filling.sheet, name="form_return_sheet"),
    path("mine/", making.mine, name="forms_mine"),
    path("new/", making.new, name="form_new"),
    path("take/<slug:name>/", making.take, name="form_take"),
    path("<int:pk>/", making.one, name="form"),
    path("<int:pk>/columns/", making.columns, name="form_columns"),
    path("<int:pk>/merge/", making.merge, name="form_merge"),
    path("<int:pk>/send/", making.send, name="form_send"),
    path("<int:pk>/end/", making.end, name="form_end"),
    path("<int:pk>/layout/", making.layout, name="form_layout"),
    path("sent/<int:pk>/", coming_back.issue, name="form_issue"),
    path("sent/<int:pk>/lock/", coming_back.lock, name="form_lock"),
    path("sent/<int:pk>/sheet/", coming_back.sheet, name="form_issue_sheet"),
    path("returned/<int:pk>/", coming_back.one, name="form_returned"),
]
