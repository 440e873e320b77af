"""The card of a link: the page behind an address, read once when the post is composed, and kept for its company."""
