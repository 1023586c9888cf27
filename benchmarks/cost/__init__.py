"""Dollars: what the benchmarks measured, times published prices."""
