"""Loaded with Django: here every process that has Django gets its Celery application.

Celery's guide imports it in `config/__init__.py`. But the children that read uploads need only
`config.errors`, and would load Celery and Django for nothing at each start.
"""

from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    """No models: it is installed for the commands `up` and `demo`."""

    name = "config"
