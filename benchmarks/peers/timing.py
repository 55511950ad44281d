"""How every side is timed: a case is an address; the median of five answers after a first one."""

import json
import statistics
import time
from collections.abc import Callable

ROUNDS = 5


def timed(cases: dict[str, str], get: Callable[[str], tuple[int, bytes]]) -> dict[str, float | None]:
    """Case -> milliseconds, or None where there is no answer."""
    found: dict[str, float | None] = {}
    for name, address in cases.items():
        taken = []
        for _ in range(ROUNDS + 1):
            begun = time.perf_counter()
            try:
                status, body = get(address)
            except Exception:
                status, body = 500, b""
            taken.append((time.perf_counter() - begun) * 1000)
            if status != 200 or not body:
                break
        found[name] = statistics.median(taken[1:]) if len(taken) > ROUNDS else None
    return found


def report(cases: dict[str, str], get: Callable[[str], tuple[int, bytes]]) -> None:
    """What a peer's process says: one JSON object."""
    print(json.dumps(timed(cases, get)))
