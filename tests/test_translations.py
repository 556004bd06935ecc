"""The catalogues: complete, with the same placeholders, compiled, and not behind what the site says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
SOURCES = ("competitions", "federations", "records", "templates", "trackhub", "wellness")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{[^{}]*\}")

Key = tuple[str | None, str, str]


def _file(language: str, suffix: str) -> str:
    return str(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / f"django.{suffix}")


def _key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or ""


def _forms(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """What the entry says: one text, or one for each plural form."""
    return [text for _, text in sorted(entry.msgstr_plural.items())] if entry.msgid_plural else [entry.msgstr]


def _pairs(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Each text with the one it translates."""
    for number, text in enumerate(_forms(entry)):
        yield (entry.msgid_plural if number else entry.msgid), text


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _edges(text: str) -> tuple[str, str]:
    """The blanks before and after."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_translated(language: str) -> None:
    catalogue = polib.pofile(_file(language, "po"))
    plurals = re.match(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])
    assert plurals
    wanted = int(plurals[1])
    entries = [entry for entry in catalogue if not entry.obsolete]
    assert entries
    assert catalogue.metadata["Language"] == language
    assert not catalogue.metadata_is_fuzzy
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if not all(_forms(entry))] == []
    assert [entry.msgid for entry in entries if entry.msgid_plural and len(_forms(entry)) != wanted] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_outer_blanks_are_kept(language: str) -> None:
    pairs = [pair for entry in polib.pofile(_file(language, "po")) for pair in _pairs(entry)]
    assert [pair for pair in pairs if _placeholders(pair[0]) != _placeholders(pair[1])] == []
    assert [pair for pair in pairs if _edges(pair[0]) != _edges(pair[1])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_the_same(language: str) -> None:
    written = polib.pofile(_file(language, "po"))
    compiled = polib.mofile(_file(language, "mo"))
    assert {_key(entry): _forms(entry) for entry in compiled} == {
        _key(entry): _forms(entry) for entry in written if not entry.obsolete
    }
    assert compiled.metadata["Plural-Forms"] == written.metadata["Plural-Forms"]


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed: apt install gettext")
def test_everything_the_site_says_is_in_the_catalogues(tmp_path: Path) -> None:
    # makemessages writes beside the templates, so it works on a copy.
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "es", "--no-location"],
        cwd=tmp_path, env={**os.environ, "TRACKHUB_VAR": str(tmp_path / "var")}, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    said = {_key(entry) for entry in polib.pofile(str(tmp_path / "locale/es/LC_MESSAGES/django.po"))}
    assert said
    for language in LANGUAGES:
        known = {_key(entry) for entry in polib.pofile(_file(language, "po")) if not entry.obsolete}
        assert said - known == set(), f"run makemessages and translate these into {language}"
