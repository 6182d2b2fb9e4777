"""Priors, and whether a theatre's numbers are sound against its own record."""
