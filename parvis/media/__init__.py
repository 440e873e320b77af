"""Files, sizes, alternative texts and consents."""
