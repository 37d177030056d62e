"""The command that holds every installed component to what its kind promises."""
