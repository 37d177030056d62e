"""What is typed as ``option=value``, against what is declared."""
