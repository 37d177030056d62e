"""The plugin system: hooks, names and loading."""
