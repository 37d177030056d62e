"""The command that runs the book's published results anew, and says which are reproduced."""
