"""Mandates (who, what, until when) and approvals (the yes to one exact content). Accounts and what leaves stand above: ids only."""
