"""Benchmarks: each prints its figures as one JSON object a line; ratios are measured in one run beside a peer."""
