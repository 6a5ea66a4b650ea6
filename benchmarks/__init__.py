"""How fast and how big trio-live is, each figure next to a floor measured in the same run: ``python -m benchmarks``."""
