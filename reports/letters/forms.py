"""Each kind of letter with one that is made up: what it may say, and what a new template is tried with."""

from collections.abc import Callable
from functools import partial
from typing import Any

from reports.letters import bulletin, fields
from reports.models import LetterTemplate

Kind = LetterTemplate.Kind
SAMPLES: dict[str, Callable[[], Any]] = {
    Kind.NOTICE: partial(fields.sample, Kind.NOTICE),
    Kind.URGE: partial(fields.sample, Kind.URGE),
    Kind.BULLETIN: bulletin.sample,
}


def sample_of(kind: str) -> Any:
    return SAMPLES[kind]()
