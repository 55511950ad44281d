"""A timetable from requirements: the school's rows as a problem for the solver, its result as a draft."""
