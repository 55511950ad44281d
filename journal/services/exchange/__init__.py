"""Files of others: read, check, apply; one module a format."""
