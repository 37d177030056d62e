"""The command that makes a plugin project to begin with."""
