"""Re-exports the rooms' models, for Django."""

from parvis.audit.models import Entry
from parvis.channels.models import App, Channel, Connecting, Registration
from parvis.inbox.models import (
    Conversation,
    Knocked,
    Label,
    Message,
    Note,
    Objection,
    Person,
    Presence,
    Promise,
    Reading,
    SavedAnswer,
    Turn,
)
from parvis.media.models import Asset, Consent, Crop, Making, Rendition, Subtitles
from parvis.people.models import Closure, Company, Establishment, Hours, Invitation, Member, User
from parvis.posts.models import Batch, Departure, Link, Post, PostPicture, Slot, Variant
from parvis.publishing.models import Attempt, Delivery, Round
from parvis.voice.models import Voice

__all__ = [
    "App",
    "Asset",
    "Attempt",
    "Batch",
    "Channel",
    "Closure",
    "Company",
    "Connecting",
    "Consent",
    "Conversation",
    "Crop",
    "Delivery",
    "Departure",
    "Entry",
    "Establishment",
    "Hours",
    "Invitation",
    "Knocked",
    "Label",
    "Link",
    "Making",
    "Member",
    "Message",
    "Note",
    "Objection",
    "Person",
    "Post",
    "PostPicture",
    "Presence",
    "Promise",
    "Reading",
    "Registration",
    "Rendition",
    "Round",
    "SavedAnswer",
    "Slot",
    "Subtitles",
    "Turn",
    "User",
    "Variant",
    "Voice",
]
