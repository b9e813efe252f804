"""Addresses below /desk/data/."""

from django.urls import path

from lifang.blocks.registry.pages import data, elements, imports, sending

urlpatterns = [
    path("", data.top, name="data"),
    path("elements/", elements.elements, name="data_elements"),
    path("elements/codes/<str:name>/", elements.codes, name="data_codes"),
    path("systems/new/", data.create, name="data_system_new"),
    path("systems/<int:pk>/", data.system, name="data_system"),
    path("systems/<int:pk>/edit/", data.edit, name="data_system_edit"),
    path("systems/<int:pk>/send/", sending.send, name="data_send"),
    path("imports/<int:pk>/", imports.one, name="data_import"),
    path("imports/<int:pk>/columns/", sending.columns, name="data_columns"),
    path("imports/<int:pk>/take/", imports.take, name="data_take"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="data_cancel"),
    path("imports/<int:pk>/undo/", imports.undo, name="data_undo"),
    path("imports/<int:pk>/corrected/", imports.corrected, name="data_corrected"),
]
