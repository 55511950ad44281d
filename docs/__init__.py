"""The script that takes the README's pictures."""
