"""HTTP itself: the only home of Flask's extensions besides the panel."""
