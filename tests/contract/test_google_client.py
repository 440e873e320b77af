"""Google's own client speaks to the stand-ins: it knows nothing of ours, and must find what it finds at Google."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from sandbox import Town
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.contract.discovery import document
from tests.films import mp4
from tests.pictures import jpeg, shades

pytestmark = pytest.mark.slow
STEP = 262_144


def client(stand: Any, name: str, token: str) -> Any:
    """Return Google's client of a service, sent to a stand-in instead."""
    there = {"rootUrl": f"{stand.url}/", "baseUrl": f"{stand.url}/{document(name)['servicePath']}"}
    credentials = Credentials(
        token, refresh_token="none", token_uri=f"{stand.url}/token", client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )  # fmt: skip
    # 308 says "go on" here, and is no redirection.
    http = httplib2.Http()
    http.redirect_codes = set(http.redirect_codes) - {308}
    return build_from_document({**document(name), **there}, http=AuthorizedHttp(credentials, http=http))


@pytest.fixture
def youtube(town: Town) -> Iterator[Any]:
    entry = town.youtube.add_account("lenoir", name="Boulangerie Lenoir")
    service = client(town.youtube, "youtube.v3", entry["token"])
    yield service
    service.close()


def uploaded(service: Any, content: bytes, **status: Any) -> dict[str, Any]:
    body = {"snippet": {"title": "Nos croissants", "description": "Quatre tours.", "categoryId": "22"}, "status": status}
    media = MediaIoBaseUpload(io.BytesIO(content), "video/mp4", chunksize=STEP, resumable=True)
    request = service.videos().insert(part="snippet,status", body=body, media_body=media)
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    return dict(answer)


def test_it_uploads_a_real_video_in_pieces_and_finds_it_again(town: Town, youtube: Any) -> None:
    content = mp4(weight=3 * STEP + 11)
    video = uploaded(youtube, content, privacyStatus="public")
    assert (video["snippet"]["title"], video["status"]["privacyStatus"]) == ("Nos croissants", "public")
    assert len(town.youtube.requests("commit")) == 4
    (channel,) = youtube.channels().list(part="contentDetails,snippet", mine=True).execute()["items"]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    (item,) = youtube.playlistItems().list(part="contentDetails", playlistId=uploads).execute()["items"]
    assert item["contentDetails"]["videoId"] == video["id"]
    (post,) = town.youtube.posts()
    assert (post["video"]["width"], post["video"]["seconds"] > 0.9) == (64, True)


def test_it_goes_on_where_a_line_broke(town: Town, youtube: Any) -> None:
    content = mp4(weight=3 * STEP + 11)
    town.youtube.settings(keeps_bytes=STEP)
    town.youtube.arm("reject_before_commit", "commit", nth=2)
    media = MediaIoBaseUpload(io.BytesIO(content), "video/mp4", chunksize=STEP, resumable=True)
    request = youtube.videos().insert(part="snippet", body={"snippet": {"title": "x"}}, media_body=media)
    answer, broke = None, 0
    while answer is None:
        try:
            _, answer = request.next_chunk()
        except HttpError:
            broke += 1
    assert broke == 1
    assert len(town.youtube.posts()) == 1


def test_it_sets_a_thumbnail_comments_and_reads_the_errors(town: Town, youtube: Any) -> None:
    video = uploaded(youtube, mp4(), privacyStatus="public")
    still = MediaIoBaseUpload(io.BytesIO(jpeg(shades(640, 360))), "image/jpeg")
    youtube.thumbnails().set(videoId=video["id"], media_body=still).execute()
    lines = MediaIoBaseUpload(io.BytesIO(b"1\n00:00:00,000 --> 00:00:01,000\nBonjour\n"), "application/octet-stream")
    about = {"snippet": {"videoId": video["id"], "language": "fr", "name": ""}}
    youtube.captions().insert(part="snippet", body=about, media_body=lines).execute()
    said = {"snippet": {"videoId": video["id"], "topLevelComment": {"snippet": {"textOriginal": "Chauds !"}}}}
    youtube.commentThreads().insert(part="snippet", body=said).execute()
    (post,) = town.youtube.posts()
    assert (bool(post["video"]["cover"]), [one["text"] for one in post["comments"]]) == (True, ["Chauds !"])
    assert "Bonjour" in post["video"]["captions"][0]["text"]
    with pytest.raises(HttpError) as caught:
        uploaded(youtube, mp4(), privacyStatus="public", publishAt="2020-01-01T00:00:00Z")
    assert caught.value.error_details[0]["reason"] == "invalidPublishAt"
    youtube.videos().delete(id=video["id"]).execute()
    assert town.youtube.posts() == []


def test_it_finds_the_places_of_an_account(town: Town) -> None:
    entry = town.google_business.add_account("lenoir", name="Boulangerie Lenoir")
    accounts = client(town.google_business, "mybusinessaccountmanagement.v1", entry["token"])
    places = client(town.google_business, "mybusinessbusinessinformation.v1", entry["token"])
    (account,) = accounts.accounts().list().execute()["accounts"]
    listed = places.accounts().locations().list(parent=account["name"], readMask="name,title,metadata").execute()
    assert [one["title"] for one in listed["locations"]] == ["Boulangerie Lenoir"]
    accounts.close()
    places.close()
