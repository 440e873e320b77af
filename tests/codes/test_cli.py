"""`parvis lint` keeps its word: what it exits with, what it writes and what it never touches, and a sentence for whatever it cannot use."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from parvis.cli.main import main

# A warning and two corrections; the same corrected; a text with nothing to say of.
CLUMSY = "Le pain de seigle revient samedi! Passez dès 7 heures, dans les deux boutiques de la rue Haute !!\n"
CURED = "Le pain de seigle revient samedi\u00a0! Passez dès 7 heures, dans les deux boutiques de la rue Haute\u00a0!\n"
GOOD = "Le pain de seigle revient samedi. Passez le goûter dès 7 heures, dans les deux boutiques de la rue Haute."
OFFER = "Promo sur les croissants : trois achetés, le quatrième offert, dans les deux boutiques de la rue Haute. Passez dès 7 heures."
SALES = "Tout est en soldes dans la boutique, venez ce matin avant 11 heures, le café est chaud.\n"


@dataclass
class Answer:
    """What a run of the command left."""

    code: int
    out: str
    err: str

    def refused(self, *words: str) -> bool:
        """Tell whether it is one sentence, without a trace of the program, that has these words; and nothing else was said."""
        said = self.err.startswith("parvis lint: ") and self.err.count("\n") == 1 and all(word in self.err for word in words)
        return self.code == 2 and not self.out and said


def lint(*args: str, stdin: bytes = b"") -> Answer:
    """Run the command here, as `main` gets it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(["lint", *args])
            except SystemExit as left:
                code = int(left.code or 0)
    finally:
        sys.stdin = before
    for stream in (out, err):
        stream.flush()
    return Answer(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())


def command(*args: str, shell: str = "", stdout: Any = subprocess.PIPE, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a person does."""
    line = [sys.executable, "-m", "parvis.cli", "lint", *args]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "DJANGO_"))}
    kept["PYTHONPATH"] = str(Path(__file__).parents[2])
    if shell:
        line = ["/bin/sh", "-c", shell, sys.executable, *line]
    return subprocess.run(
        line, env={**kept, **env}, stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False, stdin=subprocess.DEVNULL
    )


def rules(answer: Answer) -> set[str]:
    return {finding["rule"] for post in json.loads(answer.out) for finding in post["findings"]}


def found(*args: str, text: str = CLUMSY) -> set[str]:
    """Return the rules that have something to say of a text."""
    return rules(lint("--format", "json", "--network", "x", *args, stdin=text.encode()))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    (tmp_path / "a.txt").write_bytes(CLUMSY.encode())
    return tmp_path


# ---- what it exits with


@pytest.mark.parametrize(
    ("text", "args", "code"),
    [
        (GOOD, (), 0),
        (CLUMSY, (), 1),
        (CLUMSY, ("--fail-on", "error"), 0),
        (GOOD, ("--fail-on", "tip", "--select", "X"), 0),
        (CLUMSY, ("--select", "T08"), 0),
        (CLUMSY, ("--select", "T08", "--fail-on", "TIP"), 1),
        (CLUMSY, ("--ignore", "t01"), 0),
        (CLUMSY, ("--diff",), 1),
        ("", (), 0),
    ],
)
def test_it_exits_0_when_clean_and_1_from_the_severity_that_was_asked(text: str, args: tuple[str, ...], code: int) -> None:
    assert lint("--network", "x", *args, stdin=text.encode()).code == code


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--network", "myspace"), ("“myspace”", "mastodon")),
        (("--network", " , "), ("no network",)),
        (("nothing.txt",), ("nothing.txt", "No such file")),
        (("a.txt", "nothing.txt", "--fix"), ("nothing.txt",)),
        ((".",), ("folder",)),
        (("big.txt",), ("big.txt", "300 kB")),
        (("latin.txt",), ("latin.txt", "UTF-8", "byte 1")),
        (("a.txt", "--date", "tomorrow"), ("“tomorrow”", "2027-01-06")),
        (("a.txt", "--date", "9999-12-31"), ("too far",)),
        (("a.txt", "--date", ""), ("no date",)),
        (("a.txt", "--department", "Loire"), ("“Loire”", "974")),
        (("a.txt", "--select", "ZZ99"), ("“ZZ99”", "parvis rules")),
        (("a.txt", "--select", ","), ("--select",)),
        (("a.txt", "--ignore", ""), ("--ignore",)),
        (("a.txt", "--fail-on", "grave"), ("“grave”", "warning")),
        (("a.txt", "--fix", "--diff"), ("--fix", "--diff")),
        (("a.txt", "--alt", "Du pain"), ("--alt", "picture")),
        (("a.txt", "--image", "nothing.jpg"), ("nothing.jpg",)),
        (("a.txt", "--video", "nothing.mp4"), ("nothing.mp4",)),
        (("a.txt", "--video", "."), ("plain file",)),
        (("a.txt", "--config", "nothing.toml"), ("nothing.toml",)),
        (("a.txt", "--config", "/dev/zero"), ("/dev/zero",)),
        (("/dev/zero",), ("/dev/zero",)),
        (("loop",), ("loop",)),
    ],
)
def test_what_it_cannot_use_is_a_sentence_and_nothing_is_written(folder: Path, args: tuple[str, ...], words: tuple[str, ...]) -> None:
    (folder / "big.txt").write_bytes(b"a" * 5_000_000)
    (folder / "latin.txt").write_bytes("né".encode("latin-1"))
    (folder / "loop").symlink_to("loop")
    more = () if "--diff" in args else ("--fix",)
    assert lint(*args, *more).refused(*words)
    assert (folder / "a.txt").read_text() == CLUMSY


def test_an_option_or_a_choice_that_is_not_known_is_bad_usage() -> None:
    for args in (["--nothing"], ["--trade", "pirate"], ["--format", "pdf"], ["-a.txt"]):
        assert lint(*args).code == 2


def test_nobody_else_s_file_is_read_or_written(folder: Path) -> None:
    path = folder / "a.txt"
    for mode, args in ((0o000, ("a.txt",)), (0o444, ("a.txt", "--fix"))):
        path.chmod(mode)
        # Whoever administers the machine may do all.
        assert os.access(path, os.W_OK) or lint(*args).refused("a.txt", "Permission denied")
    path.chmod(0o600)
    assert path.read_text() == CLUMSY


# ---- what it reads


def test_files_the_standard_input_and_strange_names_are_read_together(folder: Path) -> None:
    names = ["à la carte, 50 %.txt", "un\nautre", "-d.txt", "é\udce9.txt"]
    for name in names:
        (folder / name).write_text(CLUMSY)
    answer = lint("--format", "json", "--network", "x", "--", *names, "-", stdin=GOOD.encode())
    posts = json.loads(answer.out)
    assert [post["file"] for post in posts] == [*names[:3], "é\udce9.txt", "-"]
    assert [bool(post["findings"]) for post in posts[:4]] == [True] * 4
    shown = lint("--network", "x", "--", *names).out
    assert "un␊autre:1:" in shown


def test_a_text_twice_named_is_said_once_and_a_pipe_is_read_like_a_file(folder: Path) -> None:
    assert len(json.loads(lint("a.txt", "a.txt", "--format", "json").out)) == 1
    assert lint("/dev/null", "--network", "x").code == 0
    done = command(shell='cat a.txt | "$@" /dev/stdin --network x')
    assert b"/dev/stdin:1:33: T01" in done.stdout


def test_the_title_goes_to_the_networks_that_have_one() -> None:
    assert found("--network", "youtube", "--title", "VENEZ VITE !!! TOUT EST GRATUIT") != found("--network", "youtube")


def test_the_form_and_the_documents_are_told(folder: Path) -> None:
    text = "Commandez sur https://lenoir.example/commander/buches?de=noel"
    assert "IG06" in found("--network", "instagram", text=text)
    assert "IG06" not in found("--network", "instagram", "--form", "story", text=text)
    (folder / "carte.pdf").write_bytes(b"%PDF-1.7")
    assert lint("--network", "linkedin", "--document", "carte.pdf", stdin=GOOD.encode()).code in {0, 1}
    assert lint("--document", "rien.pdf", stdin=GOOD.encode()).code == 2


# ---- what it writes


def test_fix_corrects_files_and_leaves_the_good_ones_alone(folder: Path) -> None:
    (folder / "b.txt").write_text(GOOD)
    before = (folder / "b.txt").stat()
    answer = lint("a.txt", "b.txt", "--fix", "--network", "x", "--select", "T")
    assert answer == Answer(0, "a.txt\u00a0: corrigé.\nRien à remarquer.\n", "")
    assert (folder / "a.txt").read_text() == CURED
    after = (folder / "b.txt").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt"]


def test_fix_twice_is_fix_once(folder: Path) -> None:
    lint("a.txt", "--fix")
    once = (folder / "a.txt").stat()
    assert "corrig" not in lint("a.txt", "--fix").out
    assert (folder / "a.txt").stat().st_ino == once.st_ino


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fix_keeps_the_mode_the_line_ends_and_the_mark_of_a_file(folder: Path, mark: bytes, end: str) -> None:
    path = folder / "a.txt"
    path.write_bytes(mark + (CLUMSY + "\n\n\n\nVenez vite!\n").replace("\n", end).encode())
    path.chmod(0o640)
    lint("a.txt", "--fix", "--network", "x")
    assert path.read_bytes() == mark + (CURED + "\nVenez vite\u00a0!\n").replace("\n", end).encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_fix_keeps_each_line_end_where_a_file_has_two_kinds(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"Venez!\r\nVite!\nOui!\rNon!\n\r")
    lint("a.txt", "--fix", "--network", "x")
    assert (folder / "a.txt").read_bytes().decode() == "Venez\u00a0!\r\nVite\u00a0!\nOui\u00a0!\rNon\u00a0!\n\r"


def test_fix_writes_through_a_link_and_the_link_stays(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "a.txt").rename(folder / "deep" / "real.txt")
    (folder / "link.txt").symlink_to("deep/real.txt")
    lint("link.txt", "deep/real.txt", "--fix")
    assert (folder / "link.txt").is_symlink()
    assert (folder / "deep" / "real.txt").read_text() == CURED
    assert [path.name for path in (folder / "deep").iterdir()] == ["real.txt"]


def test_fix_takes_a_name_as_long_as_there_are(folder: Path) -> None:
    name = "a" * 251 + ".txt"
    (folder / name).write_text(CLUMSY)
    lint(name, "--fix")
    assert (folder / name).read_text() == CURED


def test_fix_will_not_put_a_file_in_the_place_of_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    done = command(shell='cat a.txt > pipe & "$@" a.txt pipe --fix; code=$?; wait; exit $code')
    assert done.returncode == 2
    assert b"plain file" in done.stderr
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert (folder / "a.txt").read_text() == CLUMSY
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "pipe"]


def test_when_one_file_cannot_be_written_none_is(folder: Path) -> None:
    (folder / "b.txt").write_text(CLUMSY)
    # What would stand beside the second is already there.
    (folder / f".parvis-{os.getpid()}-1").mkdir()
    answer = lint("a.txt", "b.txt", "--fix")
    assert answer.refused("b.txt cannot be written", "it is as it was")
    assert sorted(path.name for path in folder.iterdir()) == [f".parvis-{os.getpid()}-1", "a.txt", "b.txt"]
    assert (folder / "a.txt").read_text() == (folder / "b.txt").read_text() == CLUMSY


def test_fix_prints_the_standard_input_and_only_that() -> None:
    for text, cured in ((CLUMSY, CURED), (GOOD, GOOD), ("\ufeffOui!\r\n", "\ufeffOui\u00a0!\r\n")):
        answer = lint("--fix", "--network", "x", stdin=text.encode())
        assert answer.out == cured
        assert answer.err


def test_diff_shows_what_fix_would_write_and_writes_nothing(folder: Path) -> None:
    text, last = "Oui!\u2028Non!\r\nFini!", "\\ No newline at end of file\n"
    (folder / "b.txt").write_bytes(text.encode())
    shown = lint("a.txt", "b.txt", "--diff").out
    assert shown.startswith(f"--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-{CLUMSY}+{CURED}")
    cured = "+Oui\u00a0!\u2028Non\u00a0!\r\n+Fini\u00a0!\n"
    assert shown.endswith(f"-Oui!\u2028Non!\r\n-Fini!\n{last}{cured}{last}")
    assert (folder / "a.txt").read_text() == CLUMSY
    assert (folder / "b.txt").read_bytes() == text.encode()
    assert lint("--diff", "--network", "x", stdin=GOOD.encode()).out == ""


def test_an_empty_line_and_a_text_of_marks_alone_stay_as_they_are(folder: Path) -> None:
    for text in (b"", b"\n", b"\r\n", b"\r", b"\xef\xbb\xbf", b"\n\r", b"\0\0"):
        (folder / "a.txt").write_bytes(text)
        assert lint("a.txt", "--fix", "--network", "x").code in (0, 1)
        assert (folder / "a.txt").read_bytes() == text


# ---- parvis.toml


def test_the_file_of_a_folder_above_is_read_and_options_go_over_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "parvis.toml").write_text('\ufeffnetworks = ["x"]\nsay = "en"\nfail-on = "error"\naddress = "any"\n', encoding="utf-8")
    (folder / "one" / "two" / "parvis.toml").mkdir(parents=True)
    monkeypatch.chdir(folder / "one" / "two")
    answer = lint("../../a.txt")
    assert answer.code == 0
    assert "no-break space" in answer.out
    assert "Instagram" not in answer.out
    other = lint("../../a.txt", "--say", "fr", "--fail-on", "warning", "--network", "linkedin")
    assert other.code == 1
    assert "insécable" in other.out


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("networks = [", "not valid TOML"),
        ("a = " + "[" * 5000, "not valid TOML"),
        ("a = " + "9" * 5000, "not valid TOML"),
        ("a = 2027-02-30", "not valid TOML"),
        ("colour = 1", "“colour”"),
        ('networks = "x"', "list of texts"),
        ("networks = [1]", "list of texts"),
        ("networks = []", "no network"),
        ('networks = ["myspace"]', "“myspace”"),
        ("trade = 1", "bakery"),
        ("trade = []", "bakery"),
        ('address = "thou"', "vous"),
        ('inclusive = "no"', "plain"),
        ('language = "la"', "fr, en"),
        ('say = "de"', "fr, en"),
        ("department = 44", "between quotes"),
        ('department = "Loire"', "“Loire”"),
        ("phone = 2", "between quotes"),
        ("site = []", "between quotes"),
        ("fail-on = 3", "“3”"),
        ('words = "Bio"', "list of texts"),
        ("rules = 1", "[rules]"),
        ('rules.ZZ01 = "off"', "“ZZ01”"),
        ("rules.T01 = true", "off"),
        ("rules.T01 = 0", "off"),
        ("rules.T01 = {}", "off"),
        ('rules.T01 = "grave"', "“grave”"),
        ('rules.T01 = {severity = "off", because = "x"}', "“because”"),
        ('rules.T01 = {severity = "off", reason = 1}', "between quotes"),
        ("limits = 1", "[limits]"),
        ("limits.ZZ01.most = 1", "“ZZ01”"),
        ("limits.ZZ01 = {}", "“ZZ01”"),
        ("limits.T01.most = 1", "T01 has none"),
        ("limits.X03.less = 1", "X03."),
        ("limits.FB02.most = -1", "whole number"),
        ("limits.FB02.most = true", "whole number"),
        ("limits.FB02.most = 1.5", "whole number"),
        ("limits.FB02.most = 99999999999", "whole number"),
        ("periods = 1", "[[periods]]"),
        ("periods = [1]", "[[periods]]"),
        ("[[periods]]\nday = 1", "“day”"),
        ("[[periods]]\nname = 1", "between quotes"),
        ('[[periods]]\nname = "a"\nfirst = 2027-01-06', "last"),
        ('[[periods]]\nname = "a"\nfirst = "2027-01-06"\nlast = 2027-01-07', "first"),
        ('[[periods]]\nname = "a"\nfirst = 2027-01-06T10:00:00\nlast = 2027-01-07', "hour"),
        ('[[periods]]\nname = "a"\nfirst = 2027-01-08\nlast = 2027-01-07', "after"),
        ('[[periods]]\nname = "a"\nfirst = 2027-01-06\nlast = 2027-01-07\nplace = "ici"', "“ici”"),
    ],
)
def test_every_mistake_in_the_file_is_said_with_what_is_known(folder: Path, told: str, words: str) -> None:
    (folder / "parvis.toml").write_text(told, encoding="utf-8")
    assert lint("a.txt", "--fix").refused("parvis.toml", words)
    assert (folder / "a.txt").read_text() == CLUMSY


def chosen(folder: Path, told: str) -> None:
    (folder / "parvis.toml").write_text(told, encoding="utf-8")


def test_a_rule_is_switched_off_or_weighs_what_the_company_says(folder: Path) -> None:
    assert "T01" in found()
    for off in ('"off"', '"OFF"', "false", '{severity = "off", reason = "as the founder writes"}'):
        chosen(folder, f"rules.T01 = {off}")
        assert "T01" not in found()
    chosen(folder, 'rules.T01 = "tip"')
    assert lint("--network", "x", stdin=CLUMSY.encode()).code == 0
    chosen(folder, 'rules.T08 = {severity = "error"}')
    assert lint("--network", "x", "--fail-on", "error", stdin=CLUMSY.encode()).code == 1


def test_a_threshold_is_the_company_s_own(folder: Path) -> None:
    assert "X03" not in found(text=GOOD)
    for told in ("limits.X03.least = 200", '[limits]\n"X03.least" = 200'):
        chosen(folder, told)
        assert "X03" in found(text=GOOD)


def test_the_company_s_own_words_are_well_spelled(folder: Path) -> None:
    text = GOOD.replace("boutiques", "boutiqes")
    assert "T10" in found(text=text)
    chosen(folder, 'words = ["Boutiqes"]')
    assert "T10" not in found(text=text)


@pytest.mark.parametrize("name", ["soldes d’hiver", "soldes d'hiver"])
def test_the_company_s_own_periods_go_before_the_computed_ones(folder: Path, name: str) -> None:
    assert "LAW03" not in found("--date", "2027-01-13", text=SALES)
    assert "LAW03" in found("--date", "2027-03-02", text=SALES)
    chosen(folder, f'[[periods]]\nname = "{name}"\nfirst = 2027-03-01\nlast = 2027-03-20\n')
    assert "LAW03" in found("--date", "2027-01-13", text=SALES)
    assert "LAW03" not in found("--date", "2027-03-02T10:30", text=SALES)


def test_the_department_decides_of_local_days_from_the_file_or_from_an_option(folder: Path) -> None:
    day = ("--date", "2026-12-26T10:00")
    assert "C11" not in found(*day, text=OFFER)
    assert "C11" in found(*day, "--department", "57", text=OFFER)
    chosen(folder, 'department = "57"')
    assert "C11" in found(*day, text=OFFER)
    assert "C11" not in found(*day, "--department", "2a", text=OFFER)


# ---- as a person starts it


def test_neither_django_nor_a_setting_nor_a_picture_s_library_is_loaded_for_a_text(folder: Path) -> None:
    line = "import sys; from parvis.cli.main import main; main(['lint', 'a.txt', '--format', 'json', '--fix']); print({'django', 'PIL', "
    line += "'parvis.settings', 'psycopg', 'parvis.models'} & set(sys.modules), file=sys.stderr)"
    env = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"], "PARVIS_DATABASE": "nowhere://"}
    done = subprocess.run([sys.executable, "-c", line], env=env, capture_output=True, timeout=60, check=True)
    assert done.stderr == b"set()\n"
    assert (folder / "a.txt").read_text() == CURED


def test_no_terminal_makes_it_fail() -> None:
    for env in ({"LANG": "C"}, {"LANG": "fr_FR.UTF-8"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}):
        done = command("a.txt", "--network", "x", **env)
        assert (done.returncode, done.stderr) == (1, b"")
    for encoding in ("ascii", "latin-1"):
        done = command("a.txt", "--network", "x", PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (1, b"")
        assert b"T01" in done.stdout
        assert json.loads(command("a.txt", "--format", "json", PYTHONIOENCODING=encoding).stdout)[0]["corrected"] == CURED
    assert command("--help", PYTHONIOENCODING="ascii").returncode == 0
    assert command("nothingé", PYTHONIOENCODING="ascii").stderr.startswith(b"parvis lint: ")


def test_it_speaks_english_to_an_english_terminal() -> None:
    assert b"Nothing to remark." in command("/dev/null", "--network", "x", LANG="en_GB.UTF-8").stdout
    assert "Rien à remarquer.".encode() in command("/dev/null", "--network", "x", LANG="C.UTF-8").stdout


def test_a_reader_that_left_hears_no_complaint() -> None:
    for more, code in (("--format=text", 1), ("--format=json", 1), ("--diff", 1), ("--fail-on=error", 0)):
        read, write = os.pipe()
        os.close(read)
        done = command("a.txt", "--network", "x", more, stdout=write)
        os.close(write)
        assert (done.returncode, done.stderr) == (code, b"")


def test_an_answer_there_is_no_room_for_is_said() -> None:
    done = command(shell='"$@" a.txt >/dev/full')
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert command(shell='"$@" a.txt >&-').returncode == 1
    closed = command(shell='"$@" <&-')
    assert closed.returncode == 2
    assert b"name the files" in closed.stderr


def test_a_folder_that_is_gone_has_no_file_of_choices(folder: Path) -> None:
    done = command(shell=f'mkdir gone; cd gone; rmdir ../gone; "$@" "{folder}/a.txt" --network x')
    assert (done.returncode, done.stderr) == (1, b"")
