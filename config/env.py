"""Read the environment strictly: a wrong value is an error that names the variable."""

import os
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network


class EnvironmentInvalid(SystemExit):
    """A variable is missing or unreadable. Ends the process with one line, without a traceback."""


def env_str(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise EnvironmentInvalid(f"{name} is not set. It is required; see .env.example.")
    return default


def env_bool(name: str, default: bool) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    value = env_str(name, str(default)).lower()
    if value not in words:
        raise EnvironmentInvalid(f"{name}={value!r}: expected one of {', '.join(words)}.")
    return words[value]


def env_int(name: str, default: int, within: range | None = None) -> int:
    value = env_str(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise EnvironmentInvalid(f"{name}={value!r}: expected a whole number.") from None
    if within and number not in within:
        raise EnvironmentInvalid(f"{name}={value!r}: expected {within[0]} to {within[-1]}.")
    return number


def env_list(name: str, default: list[str] | None = None) -> list[str]:
    """Comma-separated; None as default makes the variable required."""
    value = env_str(name, None if default is None else ",".join(default))
    return [part.strip() for part in value.split(",") if part.strip()]


def env_time(name: str, default: str) -> time:
    """A time of day in the office's time zone, such as 08:30."""
    value = env_str(name, default)
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise EnvironmentInvalid(f"{name}={value!r}: expected a time such as 08:30.") from None


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Comma-separated networks such as 10.20.0.0/16, or single addresses; none by default."""
    try:
        return [ip_network(part) for part in env_list(name, [])]
    except ValueError as error:
        raise EnvironmentInvalid(f"{name}: {error}. Expected networks such as 10.20.0.0/16.") from None


def env_choice(name: str, choices: list[str]) -> str:
    """One of these words; the first by default."""
    value = env_str(name, choices[0])
    if value not in choices:
        raise EnvironmentInvalid(f"{name}={value!r}: expected one of {', '.join(choices)}.")
    return value


def env_pairs(name: str) -> dict[str, str]:
    """Comma-separated pairs such as feishu=https://open.example; none by default."""
    pairs = [part.partition("=") for part in env_list(name, [])]
    if not all(key and value for key, _, value in pairs):
        raise EnvironmentInvalid(f"{name}: expected pairs such as feishu=https://open.example.")
    return {key.strip(): value.strip() for key, _, value in pairs}
