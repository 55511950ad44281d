"""Calendar-thematic plans: topics laid on the real lessons of a journal, written by its teacher, approved by the deputy."""
