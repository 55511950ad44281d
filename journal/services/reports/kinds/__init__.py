"""One standard report a module; the registry finds them. Their source is the domain description, section 6."""
