"""A run is kept under the name of all it depends on; nothing damaged is trusted."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rnnmath.errors import RnnmathError
from rnnmath.experiments import Record, runs, store

RUN = Record("adding", "GRU", 0, ((0, 0.5), (9, 0.25)), (-3.0, -1.0), (-2.0, 0.0), 2.0, 1.5, "x")


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    """Keep runs in a folder of this test."""
    monkeypatch.setenv("RNNMATH_CACHE", str(tmp_path / "runs"))
    return tmp_path / "runs"


def test_sources_are_all_that_numbers_depend_on():
    """The sources hold the networks, the passes, the losses and the training, and no theory."""
    needed = set(store.sources())
    rooms = ("networks.vanilla", "networks.backpropagation", "cells.lstm", "cells.gru_gradients")
    assert {f"rnnmath.numeric.{room}" for room in (*rooms, "losses", "activations")} <= needed
    assert {f"rnnmath.experiments.{room}" for room in ("training", "tasks", "models")} <= needed
    assert not any(name.startswith(("rnnmath.theory", "rnnmath.verify")) for name in needed)


def test_a_changed_byte_is_another_name():
    """Each source counts, byte by byte, and so do task, model, seed and platform."""
    code = store.sources()
    names = {store.key("adding", "GRU", 0, code)}
    for module, text in code.items():
        flipped = bytes([text[0] ^ 1]) + text[1:]
        names.add(store.key("adding", "GRU", 0, {**code, module: flipped}))
    assert len(names) == 1 + len(code)
    others = {store.key(*run, code) for run in (("copy", "GRU", 0), ("adding", "LSTM", 0))}
    others.add(store.key("adding", "GRU", 1, code))
    assert len(names | others) == len(names) + 3
    assert store.key("adding", "GRU") == store.key("adding", "GRU", 0, code)


def test_another_platform_is_another_name(monkeypatch):
    """A run of another machine or another NumPy is not read here."""
    name = store.key("adding", "GRU")
    monkeypatch.setattr(store, "here", lambda: "elsewhere, NumPy 1.0")
    assert store.key("adding", "GRU") != name


def test_a_kept_run_is_read_and_not_made_again(empty):
    """What was made once is read, equal in every number."""
    assert store.read("name") is None
    assert store.kept("name", lambda: RUN) == RUN
    assert store.read("name") == RUN
    assert store.kept("name", lambda: pytest.fail("made again")) == RUN
    assert sorted(path.suffix for path in empty.iterdir()) in ([".json"], [".json", ".lock"])


@pytest.mark.parametrize("damage", ["a digit", "cut", "no json", "another shape", "empty"])
def test_a_damaged_run_is_made_again(empty, damage):
    """A file that was changed in any way is not read, and the run is made anew."""
    store.kept("name", lambda: RUN)
    path = empty / "name.json"
    text = path.read_text("utf-8")
    path.write_text(
        {
            "a digit": text.replace("0.25", "0.15"),
            "cut": text[: len(text) // 2],
            "no json": "error 0.25",
            "another shape": json.dumps([1, 2]),
            "empty": "",
        }[damage],
        "utf-8",
    )
    assert path.read_text("utf-8") != text
    assert store.read("name") is None
    assert store.kept("name", lambda: RUN) == RUN
    assert store.read("name") == RUN


def test_who_asks_at_once_makes_once():
    """Of two that ask at the same time one makes the run, and the other waits and reads."""
    made, together = [], threading.Barrier(2)

    def make():
        made.append(1)
        time.sleep(0.3)
        return RUN

    def ask(_):
        together.wait()
        return store.kept("name", make)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(2))) == [RUN, RUN]
    assert len(made) == 1


def test_ensure_trains_what_is_missing_only(monkeypatch):
    """A known run is not trained; progress is told of every pair."""
    trained, told = [], []
    monkeypatch.setattr(runs, "_elsewhere", trained.append)
    store.kept(store.key("adding", "GRU"), lambda: RUN)
    runs.ensure([("adding", "GRU"), ("adding", "LSTM")], lambda *pair: told.append(pair))
    assert trained == [("adding", "LSTM")]
    assert set(told) == {("adding", "GRU"), ("adding", "LSTM")}
    assert runs.outcome("adding", "GRU") == RUN


def test_training_that_leaves_nothing_behind_is_an_error(monkeypatch):
    """Where sources change during training, the name asked for stays empty, and that is said."""
    monkeypatch.setattr(runs, "_elsewhere", lambda _: None)
    with pytest.raises(RnnmathError, match="by other sources than those of now"):
        runs.outcome("adding", "GRU")


def test_a_process_that_fails_says_why():
    """The message of the training process is handed on."""
    with pytest.raises(RnnmathError, match="no task 'subtracting'"):
        runs._elsewhere(("subtracting", "GRU"))
