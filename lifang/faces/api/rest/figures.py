"""Figures of events: each with its formula, its source and the numbers that it was made from."""

from ninja import Router

router = Router()
