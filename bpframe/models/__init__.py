"""Trained networks with what makes inputs of samples: what leaves the house."""
