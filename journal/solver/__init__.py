"""The solver: plain data in, a plan or what clashes out. It knows neither the database nor the web.

`process` alone starts it, so that neither a page nor a command carries its weight, and nothing else slows its start.
"""
