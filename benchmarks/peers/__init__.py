"""The other panels, as a user of each would set it up. They run in an environment of their own."""
