"""Static files carry a version in their address, so that browsers may keep them."""

from django.contrib.staticfiles.storage import StaticFilesStorage

from lifang import __version__


class Versioned(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        return f"{super().url(name)}?v={__version__}"
