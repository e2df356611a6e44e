"""Read the environment strictly: a wrong value is an error that names the variable."""

import os


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


def env_int(name: str, default: int) -> int:
    value = env_str(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise EnvironmentInvalid(f"{name}={value!r}: expected a whole number.") from None


def env_list(name: str, default: list[str] | None = None) -> list[str]:
    """Comma-separated; None as default makes the variable required."""
    value = env_str(name, None if default is None else ",".join(default))
    return [part.strip() for part in value.split(",") if part.strip()]
