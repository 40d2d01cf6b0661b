"""The command line: exit 0 green, 1 red, 2 misused; the JSON is the evidence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rnnmath import cli
from rnnmath.claim import Claim
from rnnmath.verify import examine, find
from rnnmath.verify import ledger as all_claims

FIELDS = {
    "id",
    "chapter",
    "title",
    "kind",
    "verdict",
    "status",
    "derived",
    "exact",
    "error_probability",
    "enclosed",
    "gradients",
    "tightness",
    "drawn",
    "admissible",
    "decided",
    "mutants",
    "hypotheses",
    "uses",
    "source",
    "page",
    "seed",
    "trouble",
}


def test_green_claims_exit_zero(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Green claims exit 0, show a table and write every field of the evidence."""
    target = tmp_path / "evidence.json"
    arguments = ["verify", "local-jacobian", "--seed", "3", "--cases", "2", "--json", str(target)]
    assert cli.main(arguments) == 0
    assert "1 of 1 claims hold, 0 red" in capsys.readouterr().out
    (record,) = json.loads(target.read_text(encoding="utf-8"))
    assert set(record) == FIELDS
    assert record["verdict"] == "holds"
    assert record["mutants"] == {"total": 3, "killed": 3}
    assert record["seed"] == 3
    assert record["decided"] == 2


def test_red_claim_exits_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One red claim makes the exit status 1 and is explained."""
    from dataclasses import replace

    from rnnmath.verify import ledger  # noqa: F401 -- loads the module that is patched below

    room = sys.modules["rnnmath.verify.shelf"]
    claim: Claim = find("local-jacobian")
    false = replace(claim, says=(claim.mutants[1].says,))
    monkeypatch.setattr(room, "ledger", lambda: (false,))
    assert cli.main(["verify", "local-jacobian"]) == 1
    out = capsys.readouterr().out
    assert "0 of 1 claims hold, 1 red" in out
    assert "refuted:" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "local-jacobain"], "did you mean local-jacobian"),
        (["verify", "chain", "--json", "no/such/folder/e.json"], "does not exist"),
        (["verify", "chain", "--json", "/"], "directory"),
    ],
)
def test_misuse_exits_two(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown id or an unwritable file is one line on standard error and exit 2."""
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["verify", "--seed", "x"], ["verify", "--seed", "-1"], ["verify", "--cases", "0"]],
)
def test_wrong_options_exit_two(arguments: list[str]) -> None:
    """Options that argparse refuses exit 2."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2


def test_module_runs_as_a_program() -> None:
    """``python -m rnnmath verify`` is the same command."""
    run = subprocess.run(
        [sys.executable, "-m", "rnnmath", "verify", "local-jacobian", "--cases", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "holds" in run.stdout


def test_json_of_every_claim_is_plain_data() -> None:
    """Every record of the ledger can be written as JSON."""
    record = examine(all_claims()[0]).to_json()
    assert json.loads(json.dumps(record)) == record
