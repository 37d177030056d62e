"""Compositions of the configuration; the options themselves come from plugins."""
