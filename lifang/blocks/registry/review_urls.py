"""Addresses below /desk/data/review/."""

from django.urls import path

from lifang.blocks.registry.pages import conflicts, moving, review

urlpatterns = [
    path("", review.top, name="review"),
    path("<int:pk>/", review.judge, name="review_pair"),
    path("merge/", moving.merge, name="review_merge"),
    path("split/<int:pk>/", moving.split, name="review_split"),
    path("moves/", moving.moves, name="review_moves"),
    path("moves/<int:pk>/undo/", moving.undo, name="review_undo"),
    path("conflicts/", conflicts.conflicts, name="review_conflicts"),
    path("conflicts/<int:pk>/", conflicts.settle, name="review_settle"),
]
