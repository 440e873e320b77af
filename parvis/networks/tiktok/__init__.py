"""TikTok: facts and codes."""
