"""How every side is timed, alike: a case is an address; the median of five answers of a server that is warm."""

import json
import statistics
import time
from collections.abc import Callable

ROUNDS = 5
WARM, WARMING = 12, 3.0
"""Answers before the measured ones, or as many as these seconds hold: a database keeps a plan for what it meets often."""


def timed(cases: dict[str, str], get: Callable[[str], tuple[int, bytes]]) -> dict[str, float | None]:
    """Case -> milliseconds, or None where there is no answer."""
    found: dict[str, float | None] = {}
    for name, address in cases.items():
        begun, warmed = time.perf_counter(), 0
        while warmed < WARM and (warmed == 0 or time.perf_counter() - begun < WARMING) and _took(get, address) is not None:
            warmed += 1
        taken = [_took(get, address) for _ in range(ROUNDS)] if warmed else [None]
        found[name] = None if None in taken else statistics.median(filter(None, taken))
    return found


def _took(get: Callable[[str], tuple[int, bytes]], address: str) -> float | None:
    """Milliseconds to an answer; None where there is none."""
    begun = time.perf_counter()
    try:
        status, body = get(address)
    except Exception:
        return None
    return (time.perf_counter() - begun) * 1000 if status == 200 and body else None


def report(cases: dict[str, str], get: Callable[[str], tuple[int, bytes]]) -> None:
    """What a peer's process says: one JSON object."""
    print(json.dumps(timed(cases, get)))
