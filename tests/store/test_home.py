"""The home directory: settings, key, language of problems."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from hinomi.home import Home, default_path
from hinomi.privacy.secret import Secret
from hinomi.texts import Problem, catalogue, language


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HINOMI_HOME", "HINOMI_SITE", "HINOMI_DATABASE_URL", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_a_fresh_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "b")
    assert home.site.startswith("site-")
    assert Home(home.path).settings == home.settings
    key = home.path / "keys" / "site.key"
    assert len(home.key.reveal()) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    assert Home(home.path).key == home.key
    assert Home(tmp_path / "c").key != home.key
    home.state.add_mark("OR1", 1, "x", by="p")
    home.close()
    assert len(home.state.marks("OR1")) == 1  # reopens
    home.close()


def test_a_key_that_others_may_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    _ = home.key
    key = tmp_path / "keys" / "site.key"
    key.chmod(0o644)
    with pytest.raises(Problem, match="Other users may read"):
        _ = Home(tmp_path).key
    key.chmod(0o600)
    key.write_bytes(b"short")
    with pytest.raises(Problem, match="5 bytes instead of 32"):
        _ = Home(tmp_path).key


def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Home(tmp_path)
    path = tmp_path / "settings.toml"
    path.write_text('site = "tokyo-1"\nlanguage = "ja"\n')
    settings = Home(tmp_path).settings
    assert (settings.site, settings.language, settings.time_zone) == ("tokyo-1", "ja", "Asia/Tokyo")
    assert Home(tmp_path).database_url == f"sqlite:///{tmp_path}/state.db"
    monkeypatch.setenv("HINOMI_DATABASE_URL", "postgresql://x/y")
    monkeypatch.setenv("HINOMI_SITE", "other")
    assert (Home(tmp_path).database_url, Home(tmp_path).site) == ("postgresql://x/y", "other")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("site = ", "cannot be read"),
        ("\udcff", "cannot be read"),
        ('site = "a"\ncolour = "red"\n', "unknown entry colour"),
        ("site = 5\n", "wrong type"),
        ('language = "ja"\n', "names no site"),
    ],
)
def test_bad_settings_say_so(tmp_path: Path, content: str, words: str) -> None:
    Home(tmp_path)
    (tmp_path / "settings.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(Problem, match=words) as caught:
        Home(tmp_path)
    assert caught.value.hint("ja") and caught.value.hint("en")


def test_a_home_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Problem, match="cannot be written"):
        Home(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "URL is not valid"),
        ("oracle9://x", "URL is not valid"),
        ("sqlite:////nowhere/at/all/state.db", "cannot be used"),
        ("postgresql+psycopg://someone:secret@127.0.0.1:1/x", "cannot be used"),
    ],
)
def test_bad_databases_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_URL", url)
    with pytest.raises(Problem, match=words) as caught:
        _ = Home(tmp_path).state
    assert "secret" not in str(caught.value)


def test_default_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_path() == tmp_path / ".local/share/hinomi"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_path() == Path("/data/hinomi")
    monkeypatch.setenv("HINOMI_HOME", "/here")
    assert default_path() == Path("/here")


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(b"deep and dark")
    for shown in (repr(secret), str(secret), f"{secret}", "%s" % secret, f"{[secret]}"):  # noqa: UP031
        assert "deep" not in shown
    for write in (json.dumps, pickle.dumps, hash):
        with pytest.raises(TypeError):
            write(secret)
    assert secret == Secret(b"deep and dark") and secret != Secret(b"x") and secret != b"deep and dark"
    assert secret.reveal() == b"deep and dark"


def test_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language() == "en"
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert language() == "ja"
    assert language("en") == "en"
    assert language("", "en") == "en"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language() == "en"


def test_every_text_is_there_twice_with_the_same_facts() -> None:
    from string import Formatter

    assert len(catalogue()) > 100
    for id, both in catalogue().items():
        assert both.get("ja") and both.get("en"), id
        assert ("hint_ja" in both) == ("hint_en" in both), id
        for start in ("", "hint_"):
            if f"{start}ja" in both:
                ja, en = ({n for _, n, _, _ in Formatter().parse(both[f"{start}{x}"]) if n} for x in ("ja", "en"))
                # A value that is a word itself comes in both languages: {field_ja} here is {field_en} there.
                assert {n.removesuffix("_ja") for n in ja} == {n.removesuffix("_en") for n in en}, id


def test_every_text_that_the_code_names_exists_and_none_is_idle() -> None:
    import re

    source = Path(__file__).parents[2] / "src" / "hinomi"
    rooms = "|".join(sorted({id.split(".")[0] for id in catalogue()}))
    asked: set[str] = set()
    named: set[str] = set()
    families: set[str] = {"help."}
    for path in source.rglob("*.py"):
        code = path.read_text("utf-8")
        asked |= set(re.findall(r'(?:Problem|\bt)\(\s*"([a-z0-9_.]+)"', code))
        named |= set(re.findall(rf"['\"]((?:{rooms})\.[a-z0-9_]+)['\"]", code))
        families |= set(re.findall(rf"f['\"]((?:{rooms})\.[a-z_]*)\{{", code))
    assert len(asked) > 40 and {"head.", "severity.", "doctor."} <= families
    assert asked <= set(catalogue())
    assert {id for id in catalogue() if id not in named and not id.startswith(tuple(families))} == set()
