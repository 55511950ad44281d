"""Classes of holes found in systems like ours, tried over every route."""
