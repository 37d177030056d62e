"""What ``--help`` shows, from docstrings and types."""
