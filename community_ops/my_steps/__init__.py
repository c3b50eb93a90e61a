"""What people have to do by a day: steps of cases, conditions of verdicts, reviews of groups."""
