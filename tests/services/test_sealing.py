"""Copies that leave the machine: sealed for a key that the machine does not have."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from journal.cli import jobs
from journal.kit import clock
from journal.services import backup, sealing
from tests.personas import School


def test_a_sealed_copy_opens_with_its_key_alone(school: School, tmp_path: Path) -> None:
    copy = backup.make(school.engine, tmp_path / "backups")
    public = sealing.new_key(tmp_path / "key")
    sealed = sealing.seal(copy.path, tmp_path / "other disk", public)
    assert sealed.stat().st_mode & 0o077 == 0 and (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert b"manifest.json" not in sealed.read_bytes() and sealed.read_bytes().startswith(b"age-encryption.org/v1")
    opened = sealing.unseal(sealed, tmp_path / "key", tmp_path / "opened.zip")
    assert opened.read_bytes() == copy.path.read_bytes() and opened.stat().st_mode & 0o077 == 0
    assert backup.verify(opened, school.engine).manifest == copy.manifest
    with pytest.raises(FileExistsError):
        sealing.new_key(tmp_path / "key")
    sealing.new_key(tmp_path / "another")
    whole = sealed.read_bytes()
    for key, data in (("another", whole), ("key", whole[:-20] + bytes(20)), ("opened.zip", whole)):
        sealed.write_bytes(data)
        with pytest.raises(sealing.Unopened):
            sealing.unseal(sealed, tmp_path / key, tmp_path / "never.zip")
    assert not list(tmp_path.glob("never*"))


def test_a_wrong_public_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(sealing.Unopened, match="no public key"):
        sealing.seal(Path(__file__), tmp_path, "age1nothing")


def test_the_nightly_copy_on_the_other_disk_is_sealed(app: Flask, school: School, tmp_path: Path) -> None:
    from dataclasses import replace  # noqa: PLC0415

    public = sealing.new_key(tmp_path / "key")
    second = tmp_path / "second"
    app.config["JOURNAL"] = replace(app.config["JOURNAL"], second_backups=second, backup_key=public)
    jobs.do(app, jobs.copying)
    (sealed,) = second.iterdir()
    opened = sealing.unseal(sealed, tmp_path / "key", tmp_path / "opened.zip")
    assert backup.verify(opened, school.engine)


def test_old_sealed_copies_go_like_the_others(tmp_path: Path) -> None:
    for days in range(300):
        at = clock.local(clock.now() - timedelta(days=days))
        (tmp_path / f"journal-{at:%Y%m%d-%H%M%S-%f}.zip.age").write_bytes(b"x")
    (tmp_path / "foreign.age").write_bytes(b"x")
    backup.prune(tmp_path)
    assert 14 <= len(list(tmp_path.glob("journal-*.age"))) <= 26 and (tmp_path / "foreign.age").exists()
    assert backup.prune(tmp_path) == []
