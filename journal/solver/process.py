"""The solver's process: reads a problem as JSON, writes lines of JSON: how far it is, the best so far, the result."""

import json
import sys
from threading import Event, Lock, Thread
from typing import Any

from journal.solver import costs, search, sums
from journal.solver.found import Infeasible, Unknown
from journal.solver.problem import Plan, Problem, of_json

WRITING = Lock()


def main() -> int:
    """Solve what comes in; the last line is the answer."""
    problem = of_json(sys.stdin.read())
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    over = Event()
    Thread(target=_beat, args=(over,), daemon=True).start()
    answer = solve(problem)
    over.set()
    _write(answer)
    return 0


def _beat(over: Event) -> None:
    """Say every second that it works still: whoever listens may want to stop it."""
    while not over.wait(1):
        _write({"beat": True})


def solve(problem: Problem) -> dict[str, Any]:
    """The answer: a plan with its costs, or what clashes."""
    wrong = sums.sums(problem)
    if wrong:
        return {"clash": wrong}
    try:
        plan, spent = search.first(problem)
    except Infeasible:
        from journal.solver import contradiction  # noqa: PLC0415 - OR-Tools: where there is a timetable nobody asks why not

        return {"clash": contradiction.core(problem)}
    except Unknown:
        return {"unknown": True}
    best = {"cost": -1}

    def watch(spent: float, cost: int, plan: Plan) -> None:
        better = cost != best["cost"]
        best["cost"] = cost
        _write({"spent": round(spent, 2), "cost": cost, **({"plan": plan} if better else {})})

    found = search.improve(problem, plan, spent, watch)
    return {"done": True, "plan": found.plan, "cost": found.cost, "spent": round(found.effort, 2),
            "costs": [vars(cost) for cost in costs.of_plan(problem, found.plan)]}  # fmt: skip


def _write(line: dict[str, Any]) -> None:
    with WRITING:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
