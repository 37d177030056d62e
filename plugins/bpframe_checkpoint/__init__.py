"""Keeps where a training stands, so that it can go on when it has been stopped."""
