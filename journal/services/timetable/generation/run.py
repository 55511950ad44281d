"""Runs the solver in a process of its own and listens: how far it is, the best so far, the result."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from journal.config import ROOT
from journal.solver.costs import Cost
from journal.solver.problem import Plan, Problem, Stand

OVER = {"done", "clash", "unknown"}
PROCESS = "journal.solver"


class Failed(Exception):
    """The solver's process has ended without an answer."""


@dataclass
class Answer:
    """What the solver has said: a plan and what it costs, or what clashes, or neither in the time given."""

    plan: Plan | None = None
    cost: int = 0
    costs: list[Cost] = field(default_factory=list)
    clash: list[dict[str, Any]] | None = None
    spent: float = 0
    stopped: bool = False


Watch = Callable[[float, int], bool]
"""Told of each step, the work spent and the best cost; gives False to stop with the best so far."""


def solve(problem: Problem, watch: Watch) -> Answer:
    """The answer of the solver. Stopping it keeps the best timetable so far. Raises `Failed`, and what `watch` raises."""
    answer = Answer()
    with subprocess.Popen(
        [sys.executable, "-m", PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        Thread(target=_feed, args=(process.stdin, problem.as_json()), daemon=True).start()
        try:
            for text in process.stdout:
                line = json.loads(text)
                _take(answer, line)
                if not OVER & line.keys() and not watch(answer.spent, answer.cost):
                    answer.stopped = True
                    break
        finally:
            process.kill()
    if process.returncode and not answer.stopped:
        raise Failed
    return answer


def _feed(pipe: Any, text: str) -> None:
    try:
        pipe.write(text)
        pipe.close()
    except BrokenPipeError:
        pass


def _take(answer: Answer, line: dict[str, Any]) -> None:
    if "clash" in line:
        answer.clash = line["clash"]
    answer.spent, answer.cost = line.get("spent", answer.spent), line.get("cost", answer.cost)
    if "plan" in line:
        answer.plan = {int(key): [_stand(one) for one in stands] for key, stands in line["plan"].items()}
    answer.costs = [Cost(**one) for one in line.get("costs", ())] or answer.costs


def _stand(one: Any) -> Stand:
    return (one[0], one[1], one[2])
