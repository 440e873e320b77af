"""What YouTube's errors mean to a person, by their reason. Source: developers.google.com/youtube/v3/docs/errors, read 2026-11-23."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.core.say import Say, gettext_noop
from parvis.networks.google import SHARED, Word

OTHER_VIDEO = Say(gettext_noop("Choose another video, or save this one again as an MP4, then send it again."))
WAIT_A_DAY = Say(gettext_noop("Send it again tomorrow."))

# Reasons of a 401 that speak of something else than the authorisation.
ALIVE = frozenset({"youtubeSignupRequired"})

WORDS: Mapping[str, Word] = {
    **SHARED,
    "quotaExceeded": Word(
        Say(gettext_noop("What YouTube allows your Google project in a day is used up. It begins again at midnight in California.")),
        later="day",
    ),
    "dailyLimitExceeded": Word(
        Say(gettext_noop("What YouTube allows your Google project in a day is used up. It begins again at midnight in California.")),
        later="day",
    ),
    "uploadRateLimitExceeded": Word(
        Say(gettext_noop("YouTube asks to wait: too many videos in a short time.")),
        later="soon",
    ),
    "uploadLimitExceeded": Word(
        Say(gettext_noop("YouTube takes no more videos from this channel for 24 hours: too many were uploaded.")),
        WAIT_A_DAY,
    ),
    "youtubeSignupRequired": Word(
        Say(gettext_noop("This Google account has no YouTube channel.")),
        Say(gettext_noop("Sign in to youtube.com with it, create the channel, then connect the account again.")),
    ),
    "invalidTitle": Word(
        Say(gettext_noop("YouTube refuses the title: it is empty, longer than 100 signs, or holds < or >.")),
        Say(gettext_noop("Correct the title, then send it again.")),
    ),
    "invalidDescription": Word(
        Say(gettext_noop("YouTube refuses the description: it is longer than 5000 bytes, or holds < or >.")),
        Say(gettext_noop("Shorten the description or take these signs out, then send it again.")),
    ),
    "invalidTags": Word(
        Say(gettext_noop("YouTube refuses the keywords: together they are longer than 500 signs, or hold < or >.")),
        Say(gettext_noop("Keep the most useful keywords, then send it again.")),
    ),
    "invalidCategoryId": Word(
        Say(gettext_noop("YouTube does not know this category in your country.")),
        Say(gettext_noop("Choose another category, then send it again.")),
    ),
    "invalidPublishAt": Word(
        Say(gettext_noop("YouTube refuses the hour of publication.")),
        Say(gettext_noop("Give it another hour, then send it again.")),
    ),
    "invalidVideoMetadata": Word(
        Say(gettext_noop("YouTube refuses one of the values given with the video.")),
        Say(gettext_noop("Check who may see it, its licence and its category, then send it again.")),
    ),
    "mediaBodyRequired": Word(Say(gettext_noop("YouTube did not receive the video, or received another kind of file.")), OTHER_VIDEO),
    "badContent": Word(Say(gettext_noop("YouTube did not receive the video, or received another kind of file.")), OTHER_VIDEO),
    "videoNotFound": Word(
        Say(gettext_noop("This video is no longer on YouTube.")),
        Say(gettext_noop("Publish it again if it is still wanted.")),
    ),
    "playlistNotFound": Word(
        Say(gettext_noop("YouTube does not know this playlist on your channel.")),
        Say(gettext_noop("Copy the playlist’s address again from YouTube, or leave it empty.")),
    ),
    "commentsDisabled": Word(
        Say(gettext_noop("Comments are switched off under this video.")),
        Say(gettext_noop("Switch them on in YouTube Studio, then send the comment again. Videos made for children never have any.")),
    ),
    "commentTextTooLong": Word(
        Say(gettext_noop("The comment is too long for YouTube.")),
        Say(gettext_noop("Shorten the comment, then send it again.")),
    ),
    "commentTextRequired": Word(
        Say(gettext_noop("The comment is empty.")),
        Say(gettext_noop("Write the comment, then send it again.")),
    ),
    "commentNotFound": Word(
        Say(gettext_noop("This comment is no longer on YouTube.")),
        Say(gettext_noop("Publish it again if it is still wanted.")),
    ),
    "parentCommentNotFound": Word(
        Say(gettext_noop("The comment that this answers is no longer on YouTube.")),
        Say(gettext_noop("Your words are kept: answer another comment of the same person, or close the conversation.")),
    ),
    "captionExists": Word(
        Say(gettext_noop("This video has subtitles in this language already.")),
        Say(gettext_noop("Replace them in YouTube Studio.")),
    ),
    "ineligibleAccount": Word(
        Say(gettext_noop("This account must be merged with a Google account before it can publish on YouTube.")),
        Say(gettext_noop("Sign in to youtube.com with it and follow what it says, then connect the account again.")),
    ),
    "processingFailure": Word(Say(gettext_noop("YouTube could not work on this video.")), OTHER_VIDEO),
}

# What became of a video after it was taken: status.failureReason and status.rejectionReason.
FAILED = Say(gettext_noop("YouTube could not read this video (%(reason)s): nobody can watch it."))
REJECTED: Mapping[str, Say] = {
    "duplicate": Say(gettext_noop("YouTube took this video off: it is the same as one that is there already.")),
    "copyright": Say(gettext_noop("YouTube took this video off: somebody holds rights on what is heard or seen in it.")),
    "claim": Say(gettext_noop("YouTube took this video off: somebody holds rights on what is heard or seen in it.")),
    "length": Say(gettext_noop("YouTube took this video off: it is longer than this channel may upload.")),
}
TAKEN_OFF = Say(gettext_noop("YouTube took this video off (%(reason)s)."))
LOCKED = Word(
    Say(gettext_noop("YouTube keeps this video private: your Google project has not passed its audit.")),
    Say(gettext_noop("Make it public by hand in YouTube Studio. For the next ones, ask for the audit with Google’s form.")),
)
# What could not be given to a video that is there.
LEFT_OUT: Mapping[str, Word] = {
    "cover": Word(
        Say(gettext_noop("The video is there, without the still that you chose: YouTube did not take it.")),
        Say(gettext_noop("Verify the channel’s phone number on YouTube; then correct this publication: its still is given again.")),
    ),
    "captions": Word(
        Say(gettext_noop("The video is there, without its subtitles: YouTube did not take them.")),
        Say(gettext_noop("Correct this publication: its subtitles are given again. Or add them in YouTube Studio.")),
    ),
    "playlist": Word(
        Say(gettext_noop("The video is there, but not in its playlist: YouTube does not know it, or did not take it.")),
        Say(gettext_noop("Put it into the playlist in YouTube Studio.")),
    ),
}
