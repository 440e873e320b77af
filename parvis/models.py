"""Re-exports the rooms' models, for Django."""

from parvis.audit.models import Entry
from parvis.channels.models import Channel, Connecting, Registration
from parvis.media.models import Asset, Consent, Rendition
from parvis.people.models import Company, Invitation, Member, User
from parvis.posts.models import Batch, Departure, Link, Post, PostPicture, Slot, Variant
from parvis.publishing.models import Attempt, Delivery, Round
from parvis.voice.models import Voice

__all__ = [
    "Asset", "Attempt", "Batch", "Channel", "Company", "Connecting", "Consent", "Delivery", "Departure", "Entry", "Invitation", "Link",
    "Member", "Post", "PostPicture", "Registration", "Rendition", "Round", "Slot", "User", "Variant", "Voice",
]  # fmt: skip
