"""The command that holds every installed part to what its kind promises."""
