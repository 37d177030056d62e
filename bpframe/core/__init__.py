"""Networks and their training: NumPy, and nothing of plugins, configuration or tracking."""
