"""Accounts of people: made, handed out on paper, signed in with, proven twice, ended."""
