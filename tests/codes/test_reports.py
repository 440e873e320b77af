"""What `parvis lint` answers can be trusted: every place is the right one, each thing is told once, and a picture is what it holds."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from parvis.networks.codes.catalogue import BY_ID
from parvis.networks.codes.rule import Fix
from parvis.networks.facts_of import SPECS
from tests.codes.test_cli import CLUMSY, CURED, GOOD, found, lint
from tests.codes.test_corpus import CORPUS
from tests.pictures import grain, jpeg, png, shades

POSTS = [post["text"] for kind in ("good", "clumsy") for post in CORPUS[kind]]
# Signs outside the first plane, signs of several code points, line ends of both kinds and some that are none.
HARD = "👩🏽‍🍳🥖 Venez!\r\n\r\n\r\n\r\n🎉 Etes-vous prêts?\n\t𝓛𝓮 pain\u2028à 25000 €!\x0bFin!\r\nSuper !!!\r🥐 Non?"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return tmp_path


def written(folder: Path, texts: list[str]) -> list[str]:
    """Write texts as they are, and return their names."""
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(text.encode())
    return [f"{number}.txt" for number in range(len(texts))]


def applied(text: str, fixes: list[Fix]) -> str:
    """Return a text with fixes as an editor applies them: from the end, none over another."""
    kept: list[Fix] = []
    for fix in sorted(set(fixes), key=lambda fix: (fix.start, fix.end, fix.text)):
        if not kept or (fix.start >= kept[-1].end and fix.start != kept[-1].start):
            kept.append(fix)
    for fix in reversed(kept):
        text = text[: fix.start] + fix.text + text[fix.end :]
    return text


# ---- JSON


def test_every_place_is_that_of_the_text_in_its_file(folder: Path) -> None:
    mixed = [HARD, *POSTS, *(post.replace("\n", "\r\n") for post in POSTS)]
    for text, post in zip(mixed, json.loads(lint(*written(folder, mixed), "--format", "json").out), strict=True):
        lines = text.split("\n")
        for one in post["findings"]:
            start, end = one["span"] or (0, 0)
            assert 0 <= start <= end <= len(text)
            assert sum(len(line) + 1 for line in lines[: one["line"] - 1]) + one["column"] - 1 == start
            if one["rule"] in {"T01", "T06", "T08"} and one["fix"]:
                assert text[start:end].strip() in one["message"], one
            assert one["rule"] in BY_ID
            assert set(one["networks"]) <= set(SPECS)
            assert one["severity"] in {"error", "warning", "tip"}
            assert all(one[name] for name in ("name", "message", "why", "cure", "source"))


def test_line_ends_change_nothing_of_what_is_found_or_corrected(folder: Path) -> None:
    plain = json.loads(lint(*written(folder, POSTS), "--format", "json").out)
    other = json.loads(lint(*written(folder, [post.replace("\n", "\r\n") for post in POSTS]), "--format", "json").out)
    for text, one, two in zip(POSTS, plain, other, strict=True):
        assert two["corrected"] == one["corrected"].replace("\n", "\r\n")
        for here, there in zip(one["findings"], two["findings"], strict=True):
            assert (here["rule"], here["line"], here["column"], here["message"]) == (
                there["rule"],
                there["line"],
                there["column"],
                there["message"],
            )
            if here["span"]:
                cut = text.replace("\n", "\r\n")[slice(*there["span"])]
                assert cut == text[slice(*here["span"])].replace("\n", "\r\n")


def test_a_finding_that_several_networks_share_is_told_once() -> None:
    told = json.loads(lint("--format", "json", stdin=CLUMSY.encode()).out)[0]["findings"]
    assert [one["networks"] for one in told if one["rule"] == "T08"] == [list(SPECS)]
    assert len({json.dumps(one) for one in told}) == len(told)


# ---- SARIF


def offsets(text: str, region: dict[str, int]) -> tuple[int, int]:
    """Return what a reader of SARIF makes of a region: lines end with CRLF or LF, columns are code points from 1."""
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\n", text))]
    return tuple(starts[region[f"{end}Line"] - 1] + region[f"{end}Column"] - 1 for end in ("start", "end"))  # type: ignore[return-value]


def sarif(*args: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(lint(*args, "--format", "sarif").out)
    return told


def test_sarif_has_the_shape_of_its_standard(folder: Path) -> None:
    name = "à la carte: 50 %.txt"
    written(folder, [HARD])
    (folder / name).write_text(CLUMSY)
    (folder / "photo.jpg").write_bytes(jpeg(shades(60, 60)))
    told = sarif("0.txt", name, str(folder / "0.txt"), "--image", "photo.jpg")
    assert set(told) == {"$schema", "version", "runs"}
    assert told["version"] == "2.1.0"
    (run,) = told["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "parvis"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
    seen = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (place,) = result["locations"]
        uri, region = place["physicalLocation"]["artifactLocation"]["uri"], place["physicalLocation"]["region"]
        assert re.fullmatch(r"[\w./%:~-]+", uri, re.ASCII)
        seen.add(unquote(urlsplit(uri).path))
        assert all(isinstance(number, int) and number >= 1 for number in region.values())
    assert seen == {"0.txt", name, str(folder / "0.txt")}
    assert any(result["message"]["text"].startswith("média 1") for result in run["results"])


def test_the_regions_of_sarif_cut_what_the_places_of_json_cut(folder: Path) -> None:
    texts = [HARD, *POSTS[:40], *(post.replace("\n", "\r\n") for post in POSTS[:40])]
    names = written(folder, texts)
    results = iter(sarif(*names)["runs"][0]["results"])
    many = 0
    for text, post in zip(texts, json.loads(lint(*names, "--format", "json").out), strict=True):
        for one in post["findings"]:
            region = next(results)["locations"][0]["physicalLocation"]["region"]
            if one["span"]:
                assert offsets(text, region) == tuple(one["span"])
                many += region["startLine"] != region["endLine"]
    assert many
    assert next(results, None) is None


def test_a_reader_that_applies_the_fixes_of_sarif_gets_the_corrected_text(folder: Path) -> None:
    for text in (HARD, CLUMSY, CLUMSY.replace("\n", "\r\n"), *POSTS[-12:]):
        (corrected,) = json.loads(lint(*written(folder, [text]), "--network", "x", "--format", "json").out)
        now = text
        for _round in range(8):
            (folder / "0.txt").write_bytes(now.encode())
            fixes = []
            for result in sarif("0.txt", "--network", "x")["runs"][0]["results"]:
                for change in (change for fix in result.get("fixes", []) for change in fix["artifactChanges"]):
                    assert change["artifactLocation"]["uri"] == "0.txt"
                    fixes += [Fix(*offsets(now, one["deletedRegion"]), one["insertedContent"]["text"]) for one in change["replacements"]]
            now = applied(now, fixes)
        assert now == corrected["corrected"]


# ---- GitHub


def test_a_line_for_github_stays_one_whatever_the_names_and_the_words(folder: Path) -> None:
    name = "50%, a:b\n::error::x.txt"
    (folder / name).write_text("Venez!\nVous êtes de 100%% !!!\n")
    lines = lint(name, "--format", "github", "--network", "facebook,x").out.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(
            r"::(error|warning|notice) file=50%25%2C a%3Ab%0A%3A%3Aerror%3A%3Ax\.txt,line=\d+,col=\d+,title=[A-Z]+\d+ [\w-]+::[^\r\n]+",
            line,
        )
    assert any(line.endswith("(Facebook)") for line in lines)
    assert any(",line=1,col=6,title=T01 " in line for line in lines)
    sentence = lint("--format", "github", "--select", "T04", stdin=b"Remise de 30%.").out
    assert "30%25" in sentence


# ---- for a person


def test_what_a_rule_says_of_many_places_is_said_once_with_their_number() -> None:
    text = "Oui! " * 12 + "\nDe 5% à 8%"
    out = lint("--network", "x", "--select", "T01,T04", "--say", "en", stdin=text.encode()).out
    assert out.count(" T01 warning [*] ") == 1
    assert "    + 11 more: 1:9 “!”, 1:14 “!”" in out
    assert ", …\n" in out
    assert "    + 1 more: 2:9 “8%”" in out
    assert out.splitlines()[-1] == "12 warnings, 2 tips. 14 [*] can be corrected with --fix. “parvis rules T01” says why."
    french = lint("--network", "x", "--select", "T01", "--say", "fr", stdin=b"Oui! Non!").out
    assert "    + 1 autre\u00a0: 1:9 «\u00a0!\u00a0»\n" in french


def test_the_signs_stand_under_the_piece_in_a_terminal() -> None:
    text = "👩🏽‍🍳🥖 e\u0301te\u0301 🎉 Venez!"
    lines = lint("--network", "x", "--select", "T01", stdin=text.encode()).out.splitlines()
    assert lines[1:3] == [f"    | {text}", "    | " + " " * (2 + 2 + 1 + 3 + 1 + 2 + 1 + 5) + "^"]


def test_a_long_line_is_cut_around_the_piece_and_no_text_moves_the_cursor() -> None:
    text = "mot " * 100 + "\x1b[31m\x9b\u202e Venez!\r\n"
    out = lint("--network", "x", "--select", "T01", stdin=text.encode()).out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    shown, under = out.splitlines()[1:3]
    assert len(shown) < 90
    assert shown[under.index("^")] == "!"


def test_a_network_is_named_where_the_others_say_nothing_and_a_medium_by_its_number(folder: Path) -> None:
    (folder / "photo.jpg").write_bytes(jpeg(shades(1080, 1350)))
    out = lint(
        "--network", "instagram,x", "--image", "photo.jpg", "--image", "photo.jpg", stdin=(GOOD + " https://exemple.fr").encode()
    ).out
    assert re.search(r"IG06 .*\(Instagram\)", out)
    assert "média 2\u00a0: " in out
    assert "(" not in lint("--network", "x", "--select", "T01", stdin=CLUMSY.encode()).out


def test_nothing_is_promised_that_fix_will_not_do(folder: Path) -> None:
    (folder / "a.txt").write_text(CLUMSY)
    assert "[*]" in lint("a.txt").out
    answer = lint("a.txt", "--fix")
    assert (folder / "a.txt").read_text() == CURED
    assert "[*]" not in answer.out
    assert "--fix" not in answer.out


def test_the_difference_is_one_that_patch_applies(folder: Path) -> None:
    texts = [CLUMSY, "Venez!\r\n\r\n\r\n\r\nVite!\n" * 3 + "Fini!", "\ufeffOui!\n"]
    names = written(folder, texts)
    cured = [post["corrected"] for post in json.loads(lint(*names, "--network", "x", "--format", "json").out)]
    shown = lint(*names, "--network", "x", "--diff").out
    try:
        subprocess.run(["patch", "-p0", "--binary"], input=shown.encode(), cwd=folder, check=True, capture_output=True, timeout=20)
    except FileNotFoundError:
        pytest.skip("patch is not here")
    assert [(folder / name).read_bytes().decode() for name in names] == [*cured[:2], "\ufeff" + cured[2]]


# ---- what goes with a text


def bomb() -> bytes:
    """Return the head of a PNG of 60 000 by 60 000 pixels, of a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


PICTURES = {"jpeg": jpeg(grain(90, 60)), "png": png(grain(90, 60))}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "picture"),
        (b"Just words.", "picture"),
        (PICTURES["jpeg"][:20], "picture"),
        (PICTURES["png"][:20], "picture"),
        (PICTURES["jpeg"][:-2000], "cut short"),
        (PICTURES["png"][:-2000], "cut short"),
        (PICTURES["png"][:60] + b"\0" * 400, "cut short"),
        (bomb(), "pixels"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
    ],
)
def test_a_picture_that_is_none_is_said_and_nothing_is_corrected(folder: Path, content: bytes, words: str) -> None:
    (folder / "photo.jpg").write_bytes(content)
    (folder / "a.txt").write_text(CLUMSY)
    assert lint("a.txt", "--image", "photo.jpg", "--fix").refused("photo.jpg", words)
    assert (folder / "a.txt").read_text() == CLUMSY


def test_a_picture_counts_and_its_description_too(folder: Path) -> None:
    alone = found("--network", "instagram", text=GOOD)
    (folder / "photo.JPG").write_bytes(jpeg(shades(1080, 1350)))
    bare = found("--network", "instagram", "--image", "photo.JPG", text=GOOD)
    told = found("--network", "instagram", "--image", "photo.JPG", "--alt", "Pain de seigle doré sur une étagère de bois", text=GOOD)
    assert "IG01" in alone - bare
    assert "A03" in bare - told


def test_each_description_goes_to_its_own_picture(folder: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(jpeg(shades(1080, 1350)))
    args = ("--network", "instagram", "--image", "a.jpg", "--image", "b.jpg", "--format", "json")
    for alts, missing in ((("", "Pain doré posé sur une table"), [0]), (("Pain doré posé sur une table",), [1]), ((), [0, 1])):
        answer = lint(*args, *(f"--alt={alt}" for alt in alts), stdin=GOOD.encode())
        assert [one["medium"] for one in json.loads(answer.out)[0]["findings"] if one["rule"] == "A03"] == missing
    assert lint(*args[:6], "--alt", "1", "--alt", "2", "--alt", "3", stdin=GOOD.encode()).refused("3 --alt", "2 --image")


def test_a_picture_is_judged_by_its_content_and_as_it_is_seen(folder: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    lying, standing = jpeg(shades(1350, 1080), exif=turned.tobytes()), jpeg(shades(1080, 1350))
    said: list[Any] = []
    for content in (lying, standing):
        (folder / "photo.png").write_bytes(content)
        said.append(found("--network", "google_business,instagram,facebook,linkedin", "--image", "photo.png", text=GOOD))
    assert said[0] == said[1]
    (folder / "photo.jpg").write_bytes(png(shades(1080, 1350)))
    assert said[0] != found("--network", "google_business,instagram,facebook,linkedin", "--image", "photo.jpg", text=GOOD)
