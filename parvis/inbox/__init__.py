"""What the public writes to the company, in one place: conversations, answers, the clock on each, the people behind them."""
