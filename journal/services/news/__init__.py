"""What is news to somebody: found by the product itself, listed, and, where a person wants it, told by e-mail."""
