"""A run from its configuration: built, carried out, recorded and repeated."""
