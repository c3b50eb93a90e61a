"""Reports of a week, a month or one group: figures, the lists behind them, files, links, and who is told of them."""
