"""The weekly report: its figures, the lists behind them, its files, its links, and who is told of it."""
