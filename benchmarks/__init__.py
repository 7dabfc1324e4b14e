"""Benchmarks: resgraph beside its rivals, in one run, on the same data, as ratios."""
