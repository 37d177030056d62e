"""The command line: from the words that are typed to runs that are carried out."""
