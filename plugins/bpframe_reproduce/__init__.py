"""The command that runs the book's published results anew, and says which of them are reproduced."""
