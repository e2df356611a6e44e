"""What every test has."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import settings as property_settings

from config import embedded

# The same examples in every run: a new find belongs in a test of its own, not in somebody's unrelated change.
# `HYPOTHESIS_PROFILE=default` looks for more.
property_settings.register_profile("same", derandomize=True, deadline=None)
property_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure(config: pytest.Config) -> None:
    """One process holds the database for the whole run, so that xdist's workers do not start it in turn."""
    controller = "PYTEST_XDIST_WORKER" not in os.environ and getattr(config.option, "numprocesses", None)
    if controller and django_settings.EMBEDDED:
        embedded.start_postgres()


@pytest.fixture(autouse=True)
def media(settings, tmp_path_factory) -> Path:
    """Uploads of a test run go to its own temporary folder."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    return settings.MEDIA_ROOT
