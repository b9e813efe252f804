"""Addresses below /desk/registers/."""

from django.urls import path

from lifang.blocks.registers.pages import changing, counting, entry, files, listing, people, places

urlpatterns = [
    path("", places.top, name="registers"),
    path("places/<int:code>/", places.community, name="register_place"),
    path("kinds/<str:name>/", listing.entries, name="register"),
    path("kinds/<str:name>/coverage/", places.covered, name="register_coverage"),
    path("kinds/<str:name>/lacks/", places.lacking, name="register_lacks"),
    path("kinds/<str:name>/new/", changing.create, name="register_new"),
    path("kinds/<str:name>/export/", files.export, name="register_export"),
    path("kinds/<str:name>/files/", files.send, name="register_files"),
    path("kinds/<str:name>/counts/", counting.begin, name="register_counts"),
    path("counts/<int:pk>/", counting.one, name="register_count"),
    path("files/<int:pk>/undo/", files.undo, name="register_file_undo"),
    path("<int:pk>/", entry.one, name="register_entry"),
    path("<int:pk>/edit/", changing.edit, name="register_edit"),
    path("<int:pk>/end/", changing.end, name="register_end"),
    path("said/<int:pk>/cancel/", changing.cancel, name="register_cancel"),
    path("<int:pk>/people/", people.join, name="register_join"),
    path("people/<int:pk>/end/", people.leave, name="register_leave"),
    path("people/<int:pk>/cancel/", changing.cancel_member, name="register_cancel_member"),
    path("people/<int:pk>/phone/", people.phone, name="register_phone"),
]
