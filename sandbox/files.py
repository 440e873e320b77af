"""What the stand-ins keep of pictures, videos and documents: small files in memory, heavy ones on the disk."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.request import Request as Asking
from urllib.request import urlopen

IN_MEMORY = 1_000_000
PIECE = 262_144


class TooHeavy(ValueError):
    """More came than is taken."""


class NotThere(ValueError):
    """The address gave no file. `status` is what it answered (0: nothing)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Files:
    """Files by their digest (SHA-256, hex), and uploads that grow until they are one."""

    def __init__(self) -> None:
        self._light: dict[str, bytes] = {}
        self._heavy: dict[str, int] = {}
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of heavy files, gone with this object."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
        return self._folder

    def __contains__(self, digest: object) -> bool:
        return digest in self._light or digest in self._heavy

    def __iter__(self) -> Iterator[str]:
        return iter([*self._light, *self._heavy])

    def __getitem__(self, digest: str) -> bytes:
        return self._light[digest] if digest in self._light else self.path(digest).read_bytes()

    def get(self, digest: str) -> bytes | None:
        """Return a whole file, or None."""
        try:
            return self[digest]
        except KeyError:
            return None

    def size(self, digest: str) -> int:
        """Return the weight of a file in bytes."""
        return len(self._light[digest]) if digest in self._light else self._heavy[digest]

    def path(self, digest: str) -> Path:
        """Return the place of a heavy file. Raises KeyError."""
        if digest not in self._heavy:
            raise KeyError(digest)
        return self.folder / digest

    def open(self, digest: str) -> BinaryIO:
        """Open a file for reading in pieces."""
        return io.BytesIO(self._light[digest]) if digest in self._light else self.path(digest).open("rb")

    def part(self, digest: str, start: int, size: int) -> bytes:
        """Return a part of a file."""
        with self.open(digest) as file:
            file.seek(start)
            return file.read(size)

    def keep(self, content: bytes) -> str:
        """Keep bytes and return their digest."""
        if len(content) > IN_MEMORY:
            return self.keep_pieces([content])
        digest = hashlib.sha256(content).hexdigest()
        self._light.setdefault(digest, content)
        return digest

    def keep_pieces(self, pieces: Iterable[bytes], most: int = 0) -> str:
        """Keep what comes in pieces and return its digest. Raises TooHeavy past `most` bytes (0: no limit)."""
        name = self.begin()
        try:
            self.add(name, 0, pieces, most)
            return self.finish(name)
        finally:
            self.drop(name)

    def begin(self) -> str:
        """Begin an upload and return its name."""
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="upload-", delete=False) as file:
            return Path(file.name).name

    def add(self, name: str, start: int, pieces: Iterable[bytes], most: int = 0) -> int:
        """Write pieces from byte `start` on and return where they end. Raises TooHeavy past `most` bytes, KeyError when it is unknown."""
        place = self.folder / Path(name).name
        if not place.exists():
            raise KeyError(name)
        with place.open("r+b") as file:
            file.seek(start)
            for piece in pieces:
                file.write(piece)
                if most and file.tell() > most:
                    raise TooHeavy(f"more than {most} bytes")
            return file.tell()

    def finish(self, name: str) -> str:
        """Make a file of an upload and return its digest. Raises KeyError when the upload is unknown."""
        place = self.folder / Path(name).name
        if not place.exists():
            raise KeyError(name)
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = place.stat().st_size
        if size <= IN_MEMORY:
            self._light.setdefault(digest, place.read_bytes())
        elif digest not in self._heavy:
            place.replace(self.folder / digest)
            self._heavy[digest] = size
        self.drop(name)
        return digest

    def drop(self, name: str) -> None:
        """Forget an upload."""
        (self.folder / Path(name).name).unlink(missing_ok=True)

    def fetch(self, url: str, most: int, seconds: float = 10) -> tuple[str, str]:
        """Fetch a file as a network does, without a session, and return its digest and the type it was told. Raises NotThere, TooHeavy."""
        asking = Asking(url, headers={"User-Agent": "facebookexternalhit/1.1"})  # noqa: S310 - only http and https are asked below
        if not url.startswith(("http://", "https://")):
            raise NotThere(0)
        try:
            with urlopen(asking, timeout=seconds) as answer:  # noqa: S310
                return self.keep_pieces(iter(lambda: answer.read(PIECE), b""), most), answer.headers.get_content_type()
        except HTTPError as error:
            error.close()
            raise NotThere(error.code) from error
        except (URLError, OSError) as error:
            raise NotThere(0) from error

    def clear(self) -> None:
        """Forget them all."""
        self._light.clear()
        self._heavy.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __del__(self) -> None:
        folder = getattr(self, "_folder", None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
