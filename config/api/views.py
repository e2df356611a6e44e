"""What every view shares."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from config.api.filters import refuse_unknown
from config.language import in_office_language


class WhateverIsAsked(BaseContentNegotiation):
    """For files: who asks for one by `Accept` gets it; a refusal is JSON all the same."""

    def select_renderer(
        self, request: Request, renderers: list[Any], format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class StrictQuery:
    """Few but lists take query parameters: anywhere else one is a mistake, refused rather than ignored."""

    parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if getattr(self, "action", None) != "list":
            refuse_unknown(request, self.parameters)


# Its docstring is the operation's description: it keeps the library's.
class ContractView(SpectacularAPIView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with in_office_language():  # one contract, whatever language the pages are read in
            return super().dispatch(request, *args, **kwargs)
