"""The ways out of the system: each takes one message to one person, or says why it did not."""


class NotSent(Exception):
    """Not taken this time: to be tried again. `str()` is read by an administrator and holds no secrets."""

    is_final = False
    # Nothing else will get through this way now either.
    way_is_closed = False


class Refused(NotSent):
    """Never to be taken as it is: trying again is of no use."""

    is_final = True


class WayClosed(NotSent):
    """No server, no answer, or no more of it for the moment: nothing is wrong with the message."""

    way_is_closed = True
