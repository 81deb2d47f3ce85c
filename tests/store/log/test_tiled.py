"""A log as static files."""

from __future__ import annotations

import errno
import random
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store.ledger import files
from tanlu.store.log.storage import Folder, Objects
from tanlu.store.log.tiled import MAX_ENTRY_BYTES, Cadence, TileLog
from tanlu.terms.proof import note, tiles, tree
from tanlu.terms.proof.checkpoint import Checkpoint
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
ORIGIN = "example.com/books"


class Memory:
    """A storage that can die before any of its writes."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.left: int | None = None

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def names(self, under: str) -> list[str]:
        return sorted(
            name.rpartition("/")[2] for name in self.files if name.startswith(f"{under}/")
        )

    def write(self, files) -> None:
        for name, data in files:
            self._step()
            self.files[name] = data

    def remove(self, names) -> None:
        for name in names:
            self._step()
            for there in list(self.files):
                if there == name or (name.endswith("/") and there.startswith(name)):
                    del self.files[there]

    def guard(self):
        from contextlib import nullcontext

        return nullcontext()

    def _step(self) -> None:
        if self.left is not None:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1


def begun(storage=None, **options) -> TileLog:
    return TileLog.begin(storage or Memory(), ORIGIN, KEY, **options)


def said(log: TileLog) -> list[bytes]:
    return [entry for _, entry in log.entries()]


def test_the_bytes_are_those_of_tessera(shared, tmp_path: Path) -> None:
    theirs = shared / "data/standards/tlog/tessera/testdata/log"
    log = TileLog.begin(Folder(tmp_path), "example.com/log/testdata", KEY)
    for size, entry in enumerate(
        tiles.unbundle((theirs / "tile/entries/000.p/15").read_bytes()), 1
    ):
        log.append([entry])
        mine = log.checkpoint().decode().split("\n")

        assert mine[:3] == (theirs / f"checkpoint.{size}").read_text().split("\n")[:3]
    files = [path.relative_to(theirs) for path in theirs.rglob("tile/**/*") if path.is_file()]
    assert len(files) == 30
    for file in files:
        assert (tmp_path / file).read_bytes() == (theirs / file).read_bytes(), file


@given(parts=st.lists(st.integers(0, 700), max_size=6), checks=st.lists(st.booleans(), max_size=6))
def test_any_partition_of_the_appends_gives_the_same_bytes(
    parts: list[int], checks: list[bool]
) -> None:
    entries = [b"%d" % number for number in range(sum(parts))]
    cut, whole = begun(), begun()
    first = 0
    for count, check in zip(parts, [*checks, *[False] * 6], strict=False):
        assert cut.append(entries[first : first + count]) == first
        first += count
        if check:
            cut.checkpoint()
    whole.append(entries)

    assert cut.checkpoint() == whole.checkpoint()
    assert said(cut) == said(whole) == entries
    theirs = whole.storage.files
    assert {name: cut.storage.files[name] for name in theirs} == theirs
    assert list(cut.faults()) == []


def test_what_was_appended_is_there_before_any_checkpoint() -> None:
    log = begun()
    log.append([b"a", b"b"])
    again = TileLog(Memory(log.storage.files), KEY)

    assert (again.size, again.published.size) == (2, 0)
    assert said(again) == [b"a", b"b"]
    assert again.entry(1) == b"b"
    with pytest.raises(TanluError, match="TL618"):
        again.inclusion(0)
    again.checkpoint()
    assert again.inclusion(0) == [tree.leaf(b"b")]


@pytest.mark.parametrize("seed", range(3))
def test_a_death_before_any_write_loses_nothing_that_was_acknowledged(seed: int) -> None:
    chance = random.Random(seed)
    storage, acknowledged, number = Memory(), [], 0
    log = begun(storage)
    for _ in range(150):
        storage.left = chance.randrange(12)
        try:
            for _ in range(9):
                entries = [b"%d" % n for n in range(number, number + chance.choice((1, 3, 300)))]
                log.append(entries)
                acknowledged += entries
                number += len(entries)
                if chance.random() < 0.5:
                    log.checkpoint()
        except KeyboardInterrupt:
            pass
        storage.left = None
        log = TileLog(storage, KEY)
        kept = said(log)

        assert kept[: len(acknowledged)] == acknowledged
        # the last batch may be there and not have been said: whole, or not at all
        assert len(kept) - len(acknowledged) in (0, 1, 3, 300)
        assert list(log.faults()) == []
        acknowledged, number = kept, len(kept)
    log.checkpoint()
    assert list(log.faults()) == []
    assert log.published.root == tree.root(tree.row(acknowledged))
    assert storage.names("pending") == []


def test_a_checkpoint_comes_after_so_many_entries_or_seconds(monkeypatch) -> None:
    log = begun(cadence=Cadence(entries=10, seconds=60))
    log.append([b"x"] * 9)
    assert log.published.size == 0
    log.append([b"x"])
    assert log.published.size == 10
    log.append([b"x"])
    assert log.published.size == 10
    log.cadence = Cadence(entries=10, seconds=0)
    log.append([b"x"])
    assert log.published.size == 12


def test_the_checkpoint_is_signed_by_the_log_and_grows_only(shared) -> None:
    log = begun()
    log.append([b"a"] * 300)
    first = note.Note.parse(log.checkpoint())
    log.append([b"b"] * 300)
    second = note.Note.parse(log.checkpoint())
    mine = note.Verifier(ORIGIN, note.ED25519, KEY.public)
    old, new = (Checkpoint.parse(each.text) for each in (first, second))

    assert note.holds(second.text, second.signatures[0], mine) == 0
    assert tree.verify_consistency(300, 600, old.root, new.root, log.consistency(300))


def test_two_writers_of_one_log_see_each_other(tmp_path: Path) -> None:
    one = begun(Folder(tmp_path))
    other = TileLog(Folder(tmp_path), KEY)

    assert [one.append([b"a"]), other.append([b"b"]), one.append([b"c"])] == [0, 1, 2]
    other.checkpoint()
    assert one.append([b"d"]) == 3
    one.checkpoint()
    other.refresh()
    assert said(one) == said(other) == [b"a", b"b", b"c", b"d"]


def test_a_partial_tile_goes_when_the_full_one_stands() -> None:
    log = begun()
    for _ in range(3):
        log.append([b"x"] * 100)
        log.checkpoint()
    names = set(log.storage.files)

    assert {"tile/0/000", "tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1"} <= names
    assert not any("000.p" in name for name in names if "tile/1" not in name)


def test_an_entry_has_a_limit_and_a_batch_is_whole_or_nothing() -> None:
    log = begun()
    with pytest.raises(TanluError, match=r"TL619.*16385"):
        log.append([b"a", bytes(MAX_ENTRY_BYTES + 1)])
    assert log.size == 0
    assert log.append([bytes(MAX_ENTRY_BYTES)]) == 0
    assert log.append([]) == 1


def test_a_full_disk_refuses_and_the_log_goes_on(tmp_path: Path, monkeypatch) -> None:
    log = begun(Folder(tmp_path))
    log.append([b"a"] * 300)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.ledger.files._written", full)
        for write in (lambda: log.append([b"b"]), log.checkpoint):
            with pytest.raises(TanluError, match="TL614"):
                write()
    log.append([b"c"])
    log.checkpoint()

    assert said(log) == [b"a"] * 300 + [b"c"]
    assert list(log.faults()) == []
    assert said(TileLog(Folder(tmp_path), KEY)) == said(log)


def test_an_entry_whose_name_could_not_be_synced_does_not_turn_up(
    tmp_path: Path, monkeypatch
) -> None:
    log = begun(Folder(tmp_path))
    log.append([b"a"])

    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.ledger.files.sync_folder", broken)
        with pytest.raises(TanluError, match=r"TL614.*Input/output error"):
            log.append([b"b"])
    assert said(log) == said(TileLog(Folder(tmp_path), KEY)) == [b"a"]
    with monkeypatch.context() as patch:
        patch.setattr("tanlu.store.ledger.files.sync_folder", broken)
        with pytest.raises(TanluError, match="TL614"):
            log.checkpoint()
    log.append([b"c"])
    log.checkpoint()
    assert said(log) == said(TileLog(Folder(tmp_path), KEY)) == [b"a", b"c"]
    assert list(log.faults()) == []


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000.p/9", "pending/00000000000000000009"])
def test_a_changed_byte_is_noticed_when_the_log_is_opened(name: str) -> None:
    log = begun()
    log.append([b"x"] * 9)
    log.checkpoint()
    log.append([b"pending"])
    files = dict(log.storage.files)
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    with pytest.raises(TanluError, match=r"TL617|TL12\d"):
        TileLog(Memory({**files, name: bytes(data)}), KEY)
    with pytest.raises(TanluError, match=r"TL617|TL615"):
        TileLog(
            Memory({each: data for each, data in files.items() if each != name or "pen" in each}),
            SigningKey(bytes(32)) if "pending" in name else KEY,
        )


def test_pending_entries_that_are_gone_are_noticed() -> None:
    log = begun()
    for entry in (b"a", b"b", b"c"):
        log.append([entry])
    del log.storage.files["pending/00000000000000000001"]
    with pytest.raises(TanluError, match=r"TL617.*gone before it, from 1"):
        TileLog(Memory(log.storage.files), KEY)


def test_a_tile_of_another_log_beyond_the_checkpoint_is_not_overwritten() -> None:
    log = begun()
    log.append([b"x"] * 3)
    log.storage.files["tile/0/000.p/3"] = bytes(96)
    again = TileLog(log.storage, KEY)
    with pytest.raises(TanluError, match=r"TL617.*tile/0/000.p/3"):
        again.checkpoint()


def test_a_second_writer_of_an_object_store_is_noticed() -> None:
    pytest.importorskip("fsspec")
    url = f"memory://{uuid4().hex}"
    one = begun(Objects(url))
    one.append([b"a"] * 300)
    one.checkpoint()
    other = TileLog(Objects(url), KEY)
    other.append([b"b"])
    bundles = one._bundles

    def late():
        other.checkpoint()
        return bundles()

    one._bundles = late
    with pytest.raises(TanluError, match=r"TL617.*another writer"):
        one.checkpoint()
    assert said(TileLog(Objects(url), KEY)) == [b"a"] * 300 + [b"b"]


def test_a_log_is_begun_once_and_by_a_name_that_can_be_signed() -> None:
    log = begun()
    log.append([b"a"])
    assert TileLog.begin(log.storage, ORIGIN, KEY).size == 1
    for origin, why in (("other.example", "another log"), ("two words", "blank"), ("", "empty")):
        with pytest.raises(TanluError, match=rf"TL616.*{why}"):
            TileLog.begin(log.storage, origin, KEY)
    with pytest.raises(TanluError, match="TL615"):
        TileLog(Memory(), KEY)


def test_more_signatures_take_the_place_of_the_same_checkpoint_only() -> None:
    log = begun()
    log.append([b"a"])
    old = log.checkpoint()
    parsed = note.Note.parse(old)
    more = note.Note(parsed.text, (*parsed.signatures, note.sign(parsed.text, "w", KEY))).encode()
    log.replace(more)
    assert log.signed == more
    log.append([b"b"])
    log.checkpoint()
    with pytest.raises(TanluError, match="TL620"):
        log.replace(more)


def test_a_reader_without_a_key_reads(tmp_path: Path) -> None:
    log = begun(Folder(tmp_path))
    log.append([b"a"] * 300)
    log.checkpoint()
    reader = TileLog(Folder(tmp_path))

    assert reader.entry(299) == b"a"
    assert reader.inclusion(7) == log.inclusion(7)
    with pytest.raises(TanluError, match="TL618"):
        reader.entry(300)


def test_whoever_reads_may_append_meanwhile() -> None:
    log = begun()
    log.append([b"%d" % number for number in range(300)])
    seen = []
    for index, entry in log.entries():
        seen.append((index, entry))
        if index % 100 == 0:
            log.append([b"more"])
            log.checkpoint()

    assert seen == [(number, b"%d" % number) for number in range(300)]
    assert next(log.backward()) == (302, b"more")


WRITER = """
import sys
from tanlu.store.log import Folder, TileLog
from tanlu.terms.proof.keys import SigningKey
from pathlib import Path
log = TileLog(Folder(Path(sys.argv[1])), SigningKey(bytes(range(32))))
for number in range(400):
    log.append([b"%d" % (3 * log.size)] * 7)
    log.checkpoint()
"""


def test_readers_see_a_whole_log_while_one_writes(tmp_path: Path, root: Path) -> None:
    begun(Folder(tmp_path))
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], env={"PYTHONPATH": str(root / "src")}
    )
    sizes, old = set(), None
    try:
        while writer.poll() is None:
            reader = TileLog(Folder(tmp_path))
            head = reader.published
            if old and old.size:
                path = reader.tiles.consistency(old.size, head.size)
                assert tree.verify_consistency(old.size, head.size, old.root, head.root, path)
            if head.size:
                path = reader.inclusion(head.size - 1)
                leaf = tree.leaf(reader.entry(head.size - 1))
                assert tree.verify_inclusion(head.size - 1, head.size, leaf, path, head.root)
            sizes.add(head.size)
            old = head
    finally:
        writer.kill()
        writer.wait()

    assert len(sizes) > 3
    assert list(TileLog(Folder(tmp_path)).faults()) == []


def test_what_is_durable_is_acknowledged_though_its_checkpoint_finds_no_room(
    tmp_path: Path, monkeypatch
) -> None:
    log = begun(Folder(tmp_path), cadence=Cadence(entries=3, seconds=60))
    written = files._written

    def full(path: str, data: bytes) -> None:
        if "/pending/" not in path:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_written", full)
        assert log.append([b"a"] * 3) == 0
    assert (log.size, log.published.size) == (3, 0)
    assert log.append([b"b"]) == 3
    assert log.published.size == 4
