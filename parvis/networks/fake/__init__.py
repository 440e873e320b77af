"""The fake network: the hardest case on purpose. It has no idempotency of any kind, so that only a reading can tell.

Its protocol, JSON over HTTP below one address (`base`), every call with `Authorization: Bearer <token>` (the token is the password
given to `enter`; any token the server was told to accept):

* `GET {base}/me` -> 200 `{"id": "acct", "name": "Acct"}`; 401 `{"error": "bad token"}` where the token does not serve.
* `POST {base}/pictures` with the raw bytes and their `Content-Type` -> 200 `{"id": "p1"}`; 413 past 1 000 000 bytes, 415 for what is
  no picture.
* `POST {base}/posts` with `{"text": str, "after": id | null, "warning": str, "language": str,
  "pictures": [{"id": "p1", "alt": "..."}], "key": str}` -> 200 `{"id": "7", "url": "{base}/posts/7"}`. The server stores `key` but
  makes nothing of it: the same key twice makes two posts. 422 `{"error": sentence}` past 500 characters (code points) or 4 pictures,
  or for an unknown `after` or picture.
* `GET {base}/posts?since=<ISO 8601>` -> 200 `{"posts": [{"id", "text", "key", "url", "at"}]}`: the account's own posts made since,
  oldest first, all of them.
* `GET {base}/posts/{id}` -> the post as a page or as JSON; anybody may read it.
* `PATCH {base}/posts/{id}` with `{"text": str, "warning": str}` -> 200 as above: other words, the same post; 404 when it is not there, 422
  past 500 characters.
* `DELETE {base}/posts/{id}` -> 204; 404 when it is not there (any more).
* `DELETE {base}/posts/{id}` also takes off what others wrote under one's own posts.
* `GET {base}/heard?after=<number>&limit=<1..100>` -> 200 `{"heard": [...], "next": number, "more": bool}`: everything that concerns the
  account and is new or changed after that number, in the order of the changes. Each is `{"id", "kind": "comment" | "mention" | "message",
  "thread", "parent", "under", "text", "by": {"id", "name", "url"}, "at", "edited_at", "mine": bool, "url", "hidden": bool,
  "attached": [{"kind", "url", "name"}]}`; a message has `until` and `late_until` besides (null: answered for ever); what was taken off is
  `{"id", "gone": true}`. An answer to a comment or a mention is a post with `after`.
* `POST {base}/messages` with `{"to": who, "text": str, "key": str, "late": bool}` -> 200 `{"id": "m7"}`; as with posts, the same key
  twice makes two. 403 to whom never wrote, 422 past 1000 characters or where the window is closed.
* `GET {base}/messages` -> 200 `{"messages": [{"id", "text", "key", "at"}]}`: the account's own. `DELETE {base}/messages/{id}` as for posts.
* `PUT {base}/posts/{id}/hidden` with `{"hidden": bool}`, `PUT {base}/posts/{id}/liked` with `{"liked": bool}` -> 200.
* 429 carries `Retry-After` in seconds. Every answer may carry `X-Left` and `X-Reset` (epoch seconds): the rate budget.
"""
