"""The command that answers for samples in files with a trained network."""
