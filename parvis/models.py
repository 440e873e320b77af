"""Re-exports the rooms' models, for Django."""

from parvis.audit.models import Entry
from parvis.channels.models import App, Channel, Connecting, Registration
from parvis.media.models import Asset, Consent, Crop, Making, Rendition, Subtitles
from parvis.people.models import Company, Invitation, Member, User
from parvis.posts.models import Batch, Departure, Link, Post, PostPicture, Slot, Variant
from parvis.publishing.models import Attempt, Delivery, Round
from parvis.voice.models import Voice

__all__ = [
    "App", "Asset", "Attempt", "Batch", "Channel", "Company", "Connecting", "Consent", "Crop", "Delivery", "Departure", "Entry",
    "Invitation", "Link", "Making", "Member", "Post", "PostPicture", "Registration", "Rendition", "Round", "Slot", "Subtitles", "User",
    "Variant", "Voice",
]  # fmt: skip
