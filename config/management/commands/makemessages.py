"""`python manage.py makemessages`: Django's, without guesses. `make messages` calls it as the project means it."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A changed sentence is translated anew: what gettext would guess for it is often another sentence.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
