"""How a company speaks: its trade, its words, and what it wants les codes to say."""
