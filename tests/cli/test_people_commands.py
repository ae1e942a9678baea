"""`people`, `token`, `tls`, `backup`, `restore`, `audit` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from cryptography import x509

from hinomi.home import Home
from hinomi.people import Door, Right, passwords

PASSWORD = b"kawa-no-nagare-7\n"


def text(done: Any, *, code: int = 0) -> str:
    assert done.returncode == code, done.stderr.decode()
    return (done.stdout + done.stderr).decode()


def enters(home: Home, name: str, word: str) -> bool:
    """Whether that password opens; the first one counts as open too."""
    from hinomi.texts import Problem

    try:
        Door(home).sign_in(name, passwords.read(word), address="127.0.0.1", agent="test")
    except Problem as problem:
        assert problem.id == "people.wrong"
        return False
    return True


def test_people_from_the_first_to_the_last(hinomi: Any, home: Home) -> None:
    assert "hint" in text(hinomi("people", "add", "hana", "--by", "t"), code=1).lower()  # the first must govern
    said = text(hinomi("people", "add", "kanri", "--role", "administrator", "--by", "t", "--lang", "en"))
    found = re.search(r"\S{12,}$", said.strip())
    assert found
    assert enters(home, "kanri", found[0])
    said = text(hinomi("people", "add", "hana", "--role", "clinical_engineer", "--shown", "花", "--by", "kanri",
                       "--password-stdin", stdin=PASSWORD))  # fmt: skip
    assert PASSWORD.decode().strip() not in said
    assert enters(home, "hana", PASSWORD.decode().strip())
    rows = {one["name"]: one for one in json.loads(text(hinomi("people", "list", "--json")))}
    assert rows["hana"]["role"] == "clinical_engineer"
    assert rows["hana"]["by"] == "kanri"
    assert "argon2" not in text(hinomi("people", "list", "--json"))
    assert "花" in text(hinomi("people", "list", "--lang", "ja"))

    text(hinomi("people", "role", "hana", "auditor", "--by", "kanri"))
    assert Door(home).person("hana").role == "auditor"
    text(hinomi("people", "role", "hana", "king", "--by", "kanri"), code=1)
    text(hinomi("people", "disable", "hana", "--by", "kanri"))
    assert not enters(home, "hana", PASSWORD.decode().strip())
    text(hinomi("people", "disable", "hana", "--undo", "--by", "kanri"))
    assert enters(home, "hana", PASSWORD.decode().strip())
    said = text(hinomi("people", "reset", "hana", "--by", "kanri"))
    assert not enters(home, "hana", PASSWORD.decode().strip())
    assert Door(home).person("hana").first
    text(hinomi("people", "disable", "kanri", "--by", "kanri"), code=1)  # an administrator always remains
    acts = [entry.act for entry in home.state.audit_entries(limit=100)]
    assert {"people.add", "people.role", "people.disable", "people.enable", "people.reset"} <= set(acts)


def test_tokens_are_told_once_and_end(hinomi: Any, home: Home) -> None:
    text(hinomi("people", "add", "kanri", "--role", "administrator", "--by", "t", "--password-stdin", stdin=PASSWORD))
    made = hinomi(
        "token", "make", "--person", "kanri", "--label", "台帳", "--scope", "look", "--days", "2", "--by", "t"
    )
    word = re.search(r"hinomi_\S+", text(made))
    assert word
    who = Door(home).bearer(word[0])
    assert who is not None
    assert who.rights == {Right.LOOK}
    told = text(hinomi("token", "list", "--json"))
    assert word[0] not in told
    rows = json.loads(told)
    assert [row["label"] for row in rows] == ["台帳"]
    text(hinomi("token", "make", "--person", "kanri", "--label", "x", "--scope", "govern", "--by", "t"), code=1)
    text(hinomi("token", "make", "--person", "nobody", "--label", "x", "--scope", "look", "--by", "t"), code=1)
    text(hinomi("token", "revoke", rows[0]["id"], "--by", "t"))
    assert Door(home).bearer(word[0]) is None


def test_a_certificate_of_our_own(hinomi: Any, home: Home) -> None:
    said = text(hinomi("tls", "make", "--name", "hinomi.example", "--days", "30", "--lang", "en"))
    path = next(home.path.rglob("*.crt"), None) or next(home.path.rglob("*cert*.pem"))
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "hinomi.example" in names.get_values_for_type(x509.DNSName)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days <= 31
    from cryptography.hazmat.primitives.hashes import SHA256

    assert certificate.fingerprint(SHA256()).hex() in said.replace(":", "").lower()
    keys = [file for file in path.parent.iterdir() if b"PRIVATE KEY" in file.read_bytes()]
    assert keys
    assert all(file.stat().st_mode & 0o077 == 0 for file in keys)


def test_backup_and_restore(hinomi: Any, home: Home, tmp_path: Path) -> None:
    home.state.audit("hana", "look.twice", "x", {})
    out = tmp_path / "house.backup"
    said = text(hinomi("backup", out, "--by", "hana", "--lang", "ja"))
    assert "生パケット" in said
    assert json.loads(text(hinomi("backup", out, "--check", "--json")))["site"] == home.site
    text(hinomi("backup", out, "--by", "hana"), code=1)
    (tmp_path / "half").write_bytes(out.read_bytes()[:-100])
    assert "hint" in text(hinomi("restore", tmp_path / "half", HINOMI_HOME=str(tmp_path / "new")), code=1).lower()
    assert not (tmp_path / "new").exists()
    text(hinomi("restore", out, "--by", "hana"), code=1)  # a home stands there
    text(hinomi("restore", out, "--by", "hana", HINOMI_HOME=str(tmp_path / "new")))
    new = Home(tmp_path / "new")
    assert [entry.act for entry in new.state.audit_entries(limit=3)] == ["home.restore", "home.backup", "look.twice"]
    new.close()
    assert "3" in text(hinomi("audit", "verify", HINOMI_HOME=str(tmp_path / "new")))
