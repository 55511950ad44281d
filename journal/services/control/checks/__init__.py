"""The rules, one module each; the registry finds them. Their source is the domain description, section 5."""
