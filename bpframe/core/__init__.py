"""What trains and what is trained: NumPy, and nothing of plugins, configuration or tracking."""
