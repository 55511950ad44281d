"""Messages between people who have to do with one another: to whom one may write, writing, threads."""
