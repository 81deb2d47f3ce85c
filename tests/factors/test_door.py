from __future__ import annotations

import subprocess
import sys

import pytest

import tanlu.factors


def test_the_door_loads_no_heavy_library():
    code = "import sys, tanlu.factors; print('polars' in sys.modules)"
    env = {"PYTHONPATH": "src", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.strip() == "False", done.stderr


def test_every_name_of_the_door_opens():
    for name in tanlu.factors.__all__:
        assert getattr(tanlu.factors, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = tanlu.factors.nothing
