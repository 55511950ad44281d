"""The timetable: which entry clashes with which, changes from a date, the lessons that follow."""
