"""通报: a summary as files for paper and for the desk, made by a job and kept by what they hold."""

from reports.bulletins.requests import request

__all__ = ["request"]
