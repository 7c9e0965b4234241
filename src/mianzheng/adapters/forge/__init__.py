"""Forges: the local bare repository and GitHub, with what both share."""
