"""Mutants: one small change to a rule at a time; a test has to fail for each. `python -m` of this folder runs them."""
