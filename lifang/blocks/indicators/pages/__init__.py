"""The desk's pages about figures."""
