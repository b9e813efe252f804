from lifang.blocks.registry.tests.conftest import town

__all__ = ["town"]
