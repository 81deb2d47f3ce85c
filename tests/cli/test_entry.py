"""Whatever happens, the user gets a sentence and scripts get an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu import cli
from tanlu.cli.console import Console
from tanlu.cli.entry import build, main


def test_a_missing_ledger_is_a_sentence_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["quantify", "--ledger", str(tmp_path / "none"), "--language", "en"])

    assert code == 1
    assert "[TL601]" in capsys.readouterr().err


def test_an_error_in_json_mode_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["quantify", "--ledger", str(tmp_path / "none"), "--json"])

    assert json.loads(capsys.readouterr().out)["error"]["code"] == "TL601"


def test_a_fault_of_ours_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tanlu.factors.library", fail)
    code = main(["doctor", "--ledger", str(tmp_path)])
    shown = capsys.readouterr().err

    assert code == 1
    assert "TL003" in shown
    assert "Traceback" not in shown


def test_stopping_is_130_and_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tanlu.factors.library", stop)

    assert main(["doctor", "--ledger", str(tmp_path), "--language", "en"]) == 130
    assert "kept" in capsys.readouterr().err


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["fly"])

    assert stopped.value.code == 2


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_help_lists_every_verb_in_both_tongues(tongue: str) -> None:
    text = build(Console(language=tongue, as_json=False)).format_help()

    for verb in ("demo", "read", "quantify", "report", "why", "correct", "ledger", "doctor"):
        assert verb in text


def test_what_readings_need_is_said_with_the_way_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    main(["device", "enrol", "m-1", "--ledger", str(tmp_path / "l")])
    for name in [name for name in sys.modules if name.startswith("tanlu.monitor.stream")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)

    assert main(["stream", "gaps", "--ledger", str(tmp_path / "l")]) == 1
    assert "pip install 'tanlu[serve]'" in capsys.readouterr().err


def test_help_lists_verbs_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help", "--language=en"])
    text = capsys.readouterr().out
    text = text[text.index("VERB\n") :]

    places = [text.index(word) for word in (
        "from files to a report:", " quantify ", "readings of devices:", " simulate ",
        "the ledger itself:", " doctor ", "proof for others:", " witness ",
    )]  # fmt: skip
    assert places == sorted(places)


def test_the_ledger_may_stand_before_or_after_the_verb() -> None:
    parser = build(Console(language="en", as_json=False))

    before = parser.parse_args(["--ledger", "a", "doctor"])
    after = parser.parse_args(["doctor", "--ledger", "a"])

    assert (before.ledger, after.ledger) == (Path("a"), Path("a"))


def test_wrong_usage_is_said_in_the_users_tongue(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fly", "--language", "zh"])

    assert "[TL001] 无法理解" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fly"], "VERB 没有“fly”"),
        (["ledger", "chk"], "ACTION 没有“chk”；可选：check；"),
        (["why"], "缺少 subject"),
        (["demo", "--orders", "x"], "--orders “x”不是整数"),
        (["quantify", "--ledger"], "--ledger 须带一个值"),
        (["watch", "--every", "x"], "--every “x”不是数"),
        (["simulate", "devices", "--crash"], "--crash 须带一个值"),
    ],
)
def test_what_cannot_be_understood_is_named_without_english(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*words, "--language=zh"])

    assert said in capsys.readouterr().err


def test_a_file_where_a_folder_should_be_is_no_fault_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    code = main(["demo", "--orders", "1", "--ledger", str(file), "--language", "zh"])

    assert code == 1
    assert "[TL004]" in (said := capsys.readouterr().err)
    assert "它不是文件夹" in said


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_full_disk_is_a_sentence(
    form: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr("sys.stdout", full)
        code = main(["factors", "sources", "--language", "en", *form])

    assert code == 1
    assert "[TL004] 'stdout' cannot be read or written: No space left" in capsys.readouterr().err


def test_without_any_output_the_work_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)

    assert main(["factors", "sources"]) == 0


def test_help_is_in_the_users_tongue_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["why", "--help", "--language", "zh"])
    shown = capsys.readouterr().out

    assert all(word in shown for word in ("用法：", "参数", "选项", "显示本帮助"))
    assert "show this help" not in shown
    assert shown.count("用法：") == 1


def test_stopping_while_the_verbs_are_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tanlu.cli.entry.main", stop)

    assert cli.main(["doctor"]) == 130


@pytest.mark.parametrize("verb", ["disclose", "prove", "share give", "share close"])
def test_a_file_of_proof_is_not_offered_as_a_report(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*verb.split(), "--help"])

    assert ".pdf" not in capsys.readouterr().out
