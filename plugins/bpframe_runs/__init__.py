"""The command that lists, filters and exports the runs that stand in their folders."""
