"""Certificates: accepted as made, refused after any change, by a checker of its own."""

import io
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnmath import check_certificate, cli
from rnnmath.check_certificate import reason_to_refuse
from rnnmath.errors import DomainError, Refuted, ShapeMismatch
from rnnmath.numeric import exact
from rnnmath.numeric.certificates import LARGEST, certify


def file_of(matrix: Any) -> bytes:
    """Return the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, matrix, allow_pickle=False)
    return buffer.getvalue()


def drawn(seed: int) -> Any:
    """Return a small matrix: of any shape, order and scale, single or double precision."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 6, 2))
    matrix = rng.normal(size=shape) * 10.0 ** rng.integers(-30, 30)
    if seed % 3 == 0:
        matrix = np.asfortranarray(matrix)
    return matrix.astype(np.float32) if seed % 2 else matrix


@pytest.mark.parametrize("seed", range(12))
def test_certificate_is_accepted_just_above_the_norm(seed: int) -> None:
    """A bound a billionth above the norm is certified, a billionth below it refuted."""
    matrix = drawn(seed)
    norm = exact.spectral_norm(matrix, bits=60)
    data = file_of(matrix)
    certificate = certify(data, norm.upper * (1 + Fraction(1, 10**9)))
    assert reason_to_refuse(json.loads(json.dumps(certificate)), data) is None
    with pytest.raises(Refuted, match="pivot"):
        certify(data, norm.lower * (1 - Fraction(1, 10**9)))


def test_norm_itself_is_no_bound_below_which_it_lies() -> None:
    """The inequality is strict: the norm of [3, 4] is not below 5."""
    with pytest.raises(Refuted, match="is 0"):
        certify(file_of(np.array([[3.0], [4.0]])), Fraction(5))


@pytest.fixture
def made() -> tuple[dict[str, Any], bytes, Any]:
    """Return a certificate, its file and its matrix."""
    matrix = drawn(4)
    data = file_of(matrix)
    bound = Fraction(float(2 * np.linalg.norm(matrix)))
    return certify(data, bound), data, matrix


def nudged(text: str) -> str:
    """Return the fraction one unit of 2^-1074 larger."""
    p, _, q = text.partition("/")
    moved = Fraction(int(p, 0), int(q or "1", 0)) + Fraction(1, 2**1074)
    return f"{moved.numerator}/{moved.denominator}"


@pytest.mark.parametrize("part", ["L", "D", "below"])
def test_changed_certificate_is_refused(made: Any, part: str) -> None:
    """One entry or the bound moved by the least amount, and the product differs."""
    certificate, data, _ = made
    if part == "L":
        certificate["L"][-1][0] = nudged(certificate["L"][-1][0])
    elif part == "D":
        certificate["D"][0] = nudged(certificate["D"][0])
    else:
        bound = float(Fraction(certificate["below"]))
        certificate["below"] = str(Fraction(np.nextafter(bound, np.inf)))
    assert "differs" in str(reason_to_refuse(certificate, data))


def test_changed_matrix_is_refused(made: Any) -> None:
    """An entry moved by one unit in the last place makes another file, and another product."""
    certificate, _, matrix = made
    moved = matrix.copy()
    moved[0, 0] = np.nextafter(moved[0, 0], np.inf)
    assert reason_to_refuse(certificate, file_of(moved)) == "it was made for another file"
    certificate["sha256"] = certify(file_of(moved), Fraction(10**40))["sha256"]
    assert "differs" in str(reason_to_refuse(certificate, file_of(moved)))


def test_matrix_of_the_same_gram_is_refused(made: Any) -> None:
    """A certificate does not pass for another matrix of the same norm."""
    certificate, _, matrix = made
    assert reason_to_refuse(certificate, file_of(-matrix)) == "it was made for another file"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"D": []}, "one entry"),
        ({"below": "-1"}, "positive"),
        ({"below": "0"}, "positive"),
        ({"below": 3}, "read"),
        ({"below": "nan"}, "read"),
        ({"below": "1e999999999"}, "read"),
        ({"below": "1/0"}, "read"),
        ({"L": None}, "read"),
        ({"sha256": None}, "another"),
    ],
)
def test_malformed_certificate_is_refused(made: Any, change: dict[str, Any], said: str) -> None:
    """Whatever is not a certificate is refused with a reason, and nothing hangs."""
    certificate, data, _ = made
    assert said in str(reason_to_refuse({**certificate, **change}, data))


def test_certificate_with_other_triangles_is_refused(made: Any) -> None:
    """L must be unit lower triangular and D positive, whatever their product."""
    certificate, data, _ = made
    upper = [list(row) for row in certificate["L"]]
    upper[0][-1] = "1"
    assert "triangular" in str(reason_to_refuse({**certificate, "L": upper}, data))
    negative = ["-1", *certificate["D"][1:]]
    assert "positive" in str(reason_to_refuse({**certificate, "D": negative}, data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        file_of(np.eye(2))[:-3],
        file_of(np.eye(2)) + b"0",
        file_of(np.eye(2, dtype=int)),
    ],
)
def test_file_that_holds_no_floats_is_refused_on_both_sides(made: Any, data: bytes) -> None:
    """Neither the producer nor the checker reads anything but a .npy file of floats."""
    certificate, _, _ = made
    assert reason_to_refuse(certificate, data) is not None
    with pytest.raises((DomainError, ShapeMismatch)):
        certify(data, Fraction(1))


def test_pickled_object_is_never_loaded() -> None:
    """An object array is a pickle; it is refused unread."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(DomainError, match="numbers"):
        certify(buffer.getvalue(), Fraction(1))


@pytest.mark.parametrize(
    ("matrix", "error", "said"),
    [
        (np.array([[np.nan]]), DomainError, "finite|NaN"),
        (np.ones(3), ShapeMismatch, "must be a matrix"),
        (np.ones((0, 2)), ShapeMismatch, "at least one entry"),
        (np.ones((2, LARGEST + 1)), DomainError, "at most"),
    ],
)
def test_bad_matrix_is_refused(matrix: Any, error: type[Exception], said: str) -> None:
    """What has no norm, or too many columns, gets a clear error."""
    with pytest.raises(error, match=said):
        certify(file_of(matrix), Fraction(1))


def test_bound_must_be_positive() -> None:
    """No norm lies below 0."""
    with pytest.raises(DomainError, match="must be positive"):
        certify(file_of(np.eye(2)), Fraction(0))


def test_commands_certify_and_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands work on files, nothing is overwritten, and the exit codes tell."""
    matrix, proof = tmp_path / "W.npy", tmp_path / "CERT.json"
    np.save(matrix, np.array([[0.6, 0.8], [0.0, 0.5]]))
    arguments = ["certify", str(matrix), "--below", "1.25", "--json", str(proof)]
    assert cli.main(arguments) == 0
    assert cli.main(["check", str(proof), str(matrix)]) == 0
    assert "accepted" in capsys.readouterr().out
    before = proof.read_bytes()
    assert cli.main(arguments) == 2
    assert "nothing is overwritten" in capsys.readouterr().err
    assert proof.read_bytes() == before
    other = tmp_path / "other.json"
    assert cli.main([*arguments[:3], "1.01", "--json", str(other)]) == 1
    assert "not certified" in capsys.readouterr().out
    assert not other.exists()
    proof.write_text("{", encoding="utf-8")
    assert cli.main(["check", str(proof), str(matrix)]) == 1
    assert "no JSON" in capsys.readouterr().out


@pytest.mark.parametrize("bound", ["0", "-1", "x", "1/0", "1e400000000", "nan"])
def test_command_refuses_a_bound_that_is_none(tmp_path: Path, bound: str) -> None:
    """A bound is a positive number, written out."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["certify", "W.npy", f"--below={bound}", "--json", str(tmp_path / "x.json")])
    assert stopped.value.code == 2


def test_checker_runs_alone(tmp_path: Path, made: Any) -> None:
    """The file of the checker runs with the standard library, no package around it."""
    certificate, data, _ = made
    (tmp_path / "W.npy").write_bytes(data)
    (tmp_path / "CERT.json").write_text(json.dumps(certificate), encoding="utf-8")
    (tmp_path / "checker.py").write_bytes(Path(check_certificate.__file__).read_bytes())
    command = [sys.executable, "-I", "-S", "checker.py", "CERT.json", "W.npy"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout
