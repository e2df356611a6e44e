"""The environment is read strictly, and .env.example names every variable that is read."""

import ast
import os
import re
import subprocess
import sys

import pytest

from config.embedded.places import CLONE
from config.env import (
    EnvironmentInvalid,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_networks,
    env_pairs,
    env_str,
)


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("DUCHA_TRIED", raising=False)
    with pytest.raises(EnvironmentInvalid, match="DUCHA_TRIED is not set"):
        env_str("DUCHA_TRIED")
    with pytest.raises(EnvironmentInvalid, match="DUCHA_TRIED is not set"):
        env_list("DUCHA_TRIED")


def test_an_empty_variable_is_a_missing_one(monkeypatch):
    monkeypatch.setenv("DUCHA_TRIED", "  ")
    assert env_str("DUCHA_TRIED", "else") == "else"
    assert env_bool("DUCHA_TRIED", True) is True


@pytest.mark.parametrize(("read", "value"), [(env_bool, "maybe"), (env_int, "eight"), (env_int, "1.5")])
def test_an_unreadable_variable_is_named_with_its_value(monkeypatch, read, value):
    monkeypatch.setenv("DUCHA_TRIED", value)
    with pytest.raises(EnvironmentInvalid, match=f"DUCHA_TRIED='{value}'"):
        read("DUCHA_TRIED", 1)


def test_values(monkeypatch):
    for word, value in (("YES", True), ("on", True), ("0", False), ("False", False)):
        monkeypatch.setenv("DUCHA_TRIED", word)
        assert env_bool("DUCHA_TRIED", not value) is value
    monkeypatch.setenv("DUCHA_TRIED", " a.test, b.test ,")
    assert env_list("DUCHA_TRIED") == ["a.test", "b.test"]


def test_a_number_out_of_its_range_is_named(monkeypatch):
    for value in ("0", "32"):
        monkeypatch.setenv("DUCHA_TRIED", value)
        with pytest.raises(EnvironmentInvalid, match=f"DUCHA_TRIED='{value}': expected 1 to 31"):
            env_int("DUCHA_TRIED", 25, within=range(1, 32))
    monkeypatch.setenv("DUCHA_TRIED", "31")
    assert env_int("DUCHA_TRIED", 25, within=range(1, 32)) == 31


def test_networks(monkeypatch):
    monkeypatch.setenv("DUCHA_TRIED", "10.20.0.0/16, 10.30.0.7,fd00::/8")
    assert [str(network) for network in env_networks("DUCHA_TRIED")] == [
        *("10.20.0.0/16", "10.30.0.7/32", "fd00::/8")
    ]
    for wrong in ("10.20.0.1/16", "10.20.0.0/33", "oa.inner", "10.20.0.0/16;10.30.0.0/16"):
        monkeypatch.setenv("DUCHA_TRIED", wrong)
        with pytest.raises(EnvironmentInvalid, match="DUCHA_TRIED: "):
            env_networks("DUCHA_TRIED")
    monkeypatch.delenv("DUCHA_TRIED")
    assert env_networks("DUCHA_TRIED") == []


def test_choices_and_pairs(monkeypatch):
    monkeypatch.delenv("DUCHA_TRIED", raising=False)
    assert (env_choice("DUCHA_TRIED", ["none", "ssl"]), env_pairs("DUCHA_TRIED")) == ("none", {})
    monkeypatch.setenv("DUCHA_TRIED", "ssl")
    assert env_choice("DUCHA_TRIED", ["none", "ssl"]) == "ssl"
    with pytest.raises(EnvironmentInvalid, match="DUCHA_TRIED: expected pairs"):
        env_pairs("DUCHA_TRIED")
    monkeypatch.setenv("DUCHA_TRIED", "feishu=https://a.example, lark = https://b.example/?x=1")
    assert env_pairs("DUCHA_TRIED") == {"feishu": "https://a.example", "lark": "https://b.example/?x=1"}
    with pytest.raises(EnvironmentInvalid, match="DUCHA_TRIED=.*expected one of none, ssl"):
        env_choice("DUCHA_TRIED", ["none", "ssl"])


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL"])
def test_production_refuses_to_start_without(missing):
    """One line that names it, whatever command was typed."""
    production = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "ducha.example",
    }
    environment = {k: v for k, v in os.environ.items() if k not in production} | production
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    del environment[missing]
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=CLONE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{missing} is not set") and done.stderr.count("\n") == 1


def variables() -> set[str]:
    """The first argument of every env_…("NAME") in config/, and of the embedded servers' environment."""
    found = set()
    for path in (CLONE / "config").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.startswith("env_")
            ):
                found |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    return found


def test_the_example_names_every_variable_and_no_other():
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", (CLONE / ".env.example").read_text(), re.MULTILINE))
    assert named == variables()
