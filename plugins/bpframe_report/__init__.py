"""A report on runs with several seeds: what is better, by how much, and how sure that is."""
