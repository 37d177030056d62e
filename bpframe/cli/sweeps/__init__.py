"""Sweeps: which runs there are, what carries them out, and how one that was stopped goes on."""
