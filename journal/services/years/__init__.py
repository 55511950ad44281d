"""Academic years: closed for good, archived, and the next one prepared from this one."""
