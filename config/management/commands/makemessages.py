"""Django's makemessages without guesses, and with a few names more. `make messages` calls it."""

from django.core.management.commands import makemessages

# Besides gettext itself: what templates of letters may say, and why a file can't be read, are told in Chinese
# where they stand, and translated where a page shows them.
KEYWORDS = ("tag", "listed", "PlanNotReadable", "ClassifiedDocument", "noted")


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={name}" for name in KEYWORDS)]
    # A changed sentence is translated anew: what gettext would guess for it is often another sentence.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
