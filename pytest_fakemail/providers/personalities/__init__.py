"""Whom one can pretend to be: a file for each, data alone, loaded when it is asked for."""
