"""The commands of the first word."""
