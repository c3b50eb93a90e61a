"""The pages of cases: board, case, and one page for each thing that is done to a case."""
