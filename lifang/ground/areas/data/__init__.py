"""The places that Lifang ships (NOTICE.md says whose work they are)."""
