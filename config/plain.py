"""What people typed, as text that any format can hold: calendars and Word files alike."""

import re

# Neither XML nor a calendar holds these; line ends of other worlds are line ends.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Keeps all that can be seen, and `\\n` and tabs."""
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    return " ".join(plain(text).split())
