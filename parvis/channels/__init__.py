"""A company's accounts on the networks: connection, tokens, health, rate budget."""
