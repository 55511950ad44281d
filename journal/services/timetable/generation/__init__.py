"""A timetable from requirements: the problem as plain data, its solver in a process of its own, the result as a draft.

`process` alone starts the solver, so that neither a page nor a command carries its weight.
"""
