"""中文 / English: pages speak Chinese until somebody presses the switch, whatever their browser prefers.

What is written on the record, sent in messages or printed in documents is the office's own text and
stays Chinese.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]


def chosen_language(get_response: Answer) -> Answer:
    """Unlike Django's LocaleMiddleware it goes by the switch's cookie alone."""

    def answer(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


def in_office_language() -> translation.override:
    """For what is kept or handed on: `with in_office_language(): …`."""
    return translation.override(settings.LANGUAGE_CODE)
