"""Who may open what: every address, every method, every kind of person, on what is theirs and what is not."""
