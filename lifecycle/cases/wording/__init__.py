"""From the codes and figures of cases to sentences in the reader's language."""
