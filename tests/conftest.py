"""What every test has."""

import os
from pathlib import Path

import pytest
from hypothesis import settings as property_settings

# The same examples in every run: a new find belongs in a test of its own, not in somebody's unrelated change.
# `HYPOTHESIS_PROFILE=default` looks for more.
property_settings.register_profile("same", derandomize=True, deadline=None)
property_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def media(settings, tmp_path_factory) -> Path:
    """Uploads of a test run go to its own temporary folder."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    return settings.MEDIA_ROOT
