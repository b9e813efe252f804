"""里坊 Lifang: the open platform on which a city's communities run."""

__version__ = "0.1.0"
