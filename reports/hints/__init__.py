"""填报提示: which reports a supervisor may want to look at again, and why. Never a verdict."""

from reports.hints.rules import Facts, Figure, Hint, Said, hints_of

__all__ = ["Facts", "Figure", "Hint", "Said", "hints_of"]
