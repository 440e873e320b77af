"""Google's discovery documents, as a judge: is this call one that Google publishes, and is this answer one that it gives?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from parvis.core.http import Answer, Client

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float), "object": (dict,), "array": (list,), "any": (object,),
}  # fmt: skip


@dataclass
class Recording(Client):
    """A client that keeps what was asked and what was answered."""

    seen: list[tuple[str, str, dict[str, Any], Answer]] = field(default_factory=list)

    def call(self, method: str, url: str, **more: Any) -> Answer:
        answer = super().call(method, url, **more)
        self.seen.append((method, url, more, answer))
        return answer


@cache
def document(name: str) -> dict[str, Any]:
    """Return a discovery document of the package that Google publishes."""
    place = resources.files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
    found: dict[str, Any] = json.loads(place.read_text())
    return found


@dataclass(frozen=True)
class Judge:
    """One service: its schemas and its methods."""

    about: Mapping[str, Any]

    @classmethod
    def of(cls, name: str) -> Judge:
        return cls(document(name))

    def methods(self, part: Mapping[str, Any] | None = None) -> Iterator[Mapping[str, Any]]:
        part = self.about if part is None else part
        yield from part.get("methods", {}).values()
        for inner in part.get("resources", {}).values():
            yield from self.methods(inner)

    def method(self, verb: str, path: str) -> Mapping[str, Any] | None:
        """Return the method that answers this verb and path, uploads included."""
        for one in self.methods():
            uploads = [way["path"] for way in one.get("mediaUpload", {}).get("protocols", {}).values()]
            for shape in (f"/{one.get('flatPath', one['path'])}", *uploads):
                if one["httpMethod"] == verb and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(shape)), path):
                    return one
        return None

    def parameters(self, method: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.about["parameters"], **method.get("parameters", {})}

    def wrong(self, value: Any, schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
        """Yield every name, type and value that the schema does not have."""
        if "$ref" in schema:
            yield from self.wrong(value, self.about["schemas"][schema["$ref"]], at)
            return
        if not isinstance(value, KINDS[schema.get("type", "any")]):
            yield f"{at}: {value!r} is no {schema['type']}"
        elif isinstance(value, dict):
            for name, inner in value.items():
                known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
                yield from self.wrong(inner, known, f"{at}.{name}") if known else [f"{at}.{name}: unknown"]
        elif isinstance(value, list):
            for inner in value:
                yield from self.wrong(inner, schema["items"], f"{at}[]")
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is none of {schema['enum']}"


def body_of(more: Mapping[str, Any]) -> Any:
    """Return the JSON that a call carried, also where a file came with it; None where there is none."""
    if more.get("json") is not None:
        return more["json"]
    content = more.get("content")
    kind = (more.get("headers") or {}).get("content-type", "")
    if isinstance(content, bytes) and kind.startswith("multipart/related"):
        return json.loads(content.split(b"\r\n\r\n", 2)[1].split(b"\r\n--")[0])
    return None
