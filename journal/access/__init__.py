"""Who may: one table, conditions in SQL, and a session that keeps to them."""
