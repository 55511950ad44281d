"""The timetable: generated, edited, substituted, exchanged."""
