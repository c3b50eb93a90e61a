"""Looks over a whole installation and says of each part whether it is well, and else what to do.

The files are the parts. In each a function measures, and another, without a database or a network, turns what was
measured into findings.
"""
