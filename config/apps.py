from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """No models: it is installed for the commands `up` and `demo`."""

    name = "config"
