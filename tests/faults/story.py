"""Half a year in a bureau, as data: its tasks, what people did and when, who came and went, when nothing ran.

Plain Python, so that the reckoning of what is owed can be read beside it. Everything is in local time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

YEAR = 2026
FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
# When the jobs run, of the many times that they would: before the office opens, when the digests go out, at
# noon, in the evening.
HOURS = (time(7), time(8, 30), time(12), time(18))
# As good as all of them: no deed here must be known to the jobs in the evening or early in the morning.
FEWER_HOURS = HOURS[1:3]
AFTER_ALL = datetime.combine(LAST, time(20))


def day(text: str) -> date:
    """`09-30` of the year, or a whole date."""
    return date.fromisoformat(text if len(text) > 5 else f"{YEAR}-{text}")


def moment(text: str) -> datetime:
    """`09-30 13:00`; without an hour, ten o'clock."""
    on, _, at = text.partition(" ")
    return datetime.combine(day(on), time.fromisoformat(at or "10:00"))


# The jobs did not run after the first and before the second.
OUTAGE = (moment("11-16 12:30"), moment("11-24 11:30"))
# 国办 notice for 2026: off, and worked instead; and a day on which the office itself closed for a typhoon.
HOLIDAYS = {day(d) for d in ("09-25", "10-01", "10-02", "10-05", "10-06", "10-07", "2027-01-01")}
MAKE_UP = {day(d) for d in ("09-20", "10-10")}
TYPHOON = day("08-07")

# Who holds which post on the first day, besides the named cast. RCC's head and liaison are one person.
PEOPLE = {
    "head3": ("PTC", "head"),
    "liaison3": ("PTC", "liaison"),
    "head4": ("RCC", "head"),
    "head5": ("NCC", "head"),
    "liaison5": ("NCC", "liaison"),
}
POSTS = {
    **PEOPLE,
    "supervisor": ("KJJ", "supervisor"),
    "leader": ("KJJ", "leader"),
    "head": ("GXC", "head"),
    "liaison": ("GXC", "liaison"),
    "head2": ("CGC", "head"),
    "liaison2": ("CGC", "liaison"),
}
SECOND_POSTS = [("head4", "RCC", "liaison")]
WITHOUT_ADDRESS = "head5"


@dataclass(frozen=True)
class Given:
    """A task of the plan, as it was issued."""

    lead: str
    due: str
    issued: str = "07-01 09:00"
    cycle: str = ""


TASKS = {
    "01": Given("GXC", "09-30"),
    "02": Given("GXC", "10-05"),
    "03": Given("CGC", "09-27"),
    "04": Given("CGC", "10-10"),
    "05": Given("PTC", "11-30"),
    "06": Given("PTC", "08-31", cycle="monthly"),
    "07": Given("RCC", "12-31", cycle="monthly"),
    "08": Given("NCC", "10-23", cycle="weekly"),
    "09": Given("GXC", "11-06"),
    "10": Given("CGC", "12-18"),
    "11": Given("BGS", "09-11"),
    "12": Given("GXC", "09-18"),
    "13": Given("NCC", "12-25"),
    "14": Given("RCC", "07-03"),
    "15": Given("GXC", "08-28"),
    "16": Given("CGC", "11-06"),
    "17": Given("NCC", "08-12"),
    "18": Given("GXC", "11-20"),
    "19": Given("CGC", "11-26"),
    "20": Given("NCC", "11-19"),
    "21": Given("GXC", "2027-01-08"),
    "22": Given("CGC", "11-20"),
    "23": Given("PTC", "12-31", cycle="quarterly"),
    "24": Given("RCC", "10-08"),
    "25": Given("GXC", "08-07"),
    "26": Given("RCC", "12-29", issued="11-18 09:00"),
}


@dataclass(frozen=True)
class Deed:
    """What somebody did: a move or an act on a task, or a change of posts (`task` is then a person)."""

    at: datetime
    name: str
    task: str
    given: dict[str, Any] = field(default_factory=dict)


def deed(at: str, name: str, task: str, **given: Any) -> Deed:
    return Deed(moment(at), name, task, given)


def accepted(at: str, *tasks: str) -> list[Deed]:
    return [deed(at, "accept", task) for task in tasks]


def done(task: str, submitted: str, approved: str) -> list[Deed]:
    return [deed(submitted, "submit", task), deed(approved, "approve", task)]


def reported(at: str, task: str) -> Deed:
    return deed(at, "report", task, progress=50)


DEEDS = [
    *accepted("07-02", "01", "03", "06", "07", "10", "12", "13", "14", "16", "17", "18", "19", "20", "21"),
    *accepted("07-02", "22", "23", "24", "25"),
    *accepted("07-03", "02"),
    *accepted("07-06", "04", "08", "11"),
    # Due before the Golden Week and never done: up to the leader, every week.
    deed("10-12", "urge", "01"),
    # Due on a day of the holiday: the last chance is the working day before.
    *done("02", "10-09", "10-12"),
    # Moved the day before: the new deadline has a ladder of its own.
    deed("09-24", "move_due", "03", due="10-20"),
    *done("03", "10-19", "10-21"),
    deed("10-22", "close", "03"),
    # Due on a make-up Saturday; an extension is granted.
    deed("09-28", "ask_extension", "04", due="11-13"),
    deed("09-29", "grant_extension", "04", due="11-13"),
    *done("04", "11-12", "11-13"),
    # Signed for late. Then its liaison leaves, and nobody takes the post.
    *accepted("07-20", "05"),
    deed("08-17", "leaves", "liaison3"),
    # Set aside eleven days before it was due, resumed with another date.
    deed("08-20", "suspend", "06"),
    deed("09-10", "resume", "06", due="10-15"),
    *done("06", "10-14", "10-15"),
    # Every month: nobody asks for August, when it was set aside.
    reported("07-23", "06"),
    reported("09-23", "06"),
    # Declined, given to another department, and left lying there.
    deed("07-03", "decline", "09"),
    deed("07-10", "reassign", "09", lead="CGC"),
    *accepted("07-24", "09"),
    *done("09", "11-02", "11-03"),
    # Two 批示 to answer by the same day: one answered in time, one not.
    deed("08-03", "instruct", "10", key="A", answer_by="08-14"),
    deed("08-05", "instruct", "10", key="B", answer_by="08-14"),
    deed("08-13", "answer", "10", key="B"),
    deed("09-02", "answer", "10", key="A"),
    *done("10", "12-17", "12-18"),
    # Led by a department in which nobody holds a post.
    deed("10-30", "cancel", "11"),
    # Split in two; the second part is signed for late and done late.
    deed("07-08", "split", "12", parts={"12-1": ("CGC", "09-10"), "12-2": ("PTC", "09-10")}),
    *accepted("07-09", "12-1"),
    *accepted("07-20", "12-2"),
    *done("12-1", "09-09", "09-09 14:00"),
    *done("12-2", "09-16", "09-17"),
    *done("12", "09-17", "09-18"),
    # Its deadline is moved to where ten working days before it is today: told tomorrow.
    deed("11-02", "move_due", "13", due="11-16"),
    *done("13", "11-13", "11-16"),
    # Issued two days before it is due.
    *done("14", "07-03", "07-06"),
    deed("07-06", "cancel", "15"),
    # Handed in in time, returned when it was overdue.
    deed("11-05", "submit", "16"),
    deed("11-11", "return", "16"),
    *done("16", "12-04", "12-07"),
    # Completed, and reopened when its deadline had long passed.
    *done("17", "08-10", "08-11"),
    deed("09-01", "reopen", "17"),
    *done("17", "09-22", "09-23"),
    # In the outage: due, nearly due, done, and newly issued.
    *done("18", "12-02", "12-03"),
    *done("19", "11-25 13:00", "11-26"),
    *done("20", "11-19", "11-25"),
    *accepted("11-30", "26"),
    # Moved to where ten working days before it is today, and moved on before anybody was told.
    deed("10-16", "move_due", "22", due="10-30"),
    deed("10-16 13:00", "move_due", "22", due="11-30"),
    *done("22", "11-26", "11-27"),
    *done("24", "10-08 13:00", "10-09"),
    *done("25", "08-11", "08-12"),
    # Every week, mostly on the Wednesday; once not at all, once late. It is handed in before the last is due.
    *(reported(at, "08") for at in ("07-15", "07-22", "07-29", "08-05", "08-12", "08-19", "08-26")),
    *(reported(at, "08") for at in ("09-09", "09-16", "09-23 12:30", "09-30", "10-12", "10-14")),
    *done("08", "10-22", "10-23"),
    # Every month by the 25th: August and October come late, December on its day.
    reported("07-22", "07"),
    reported("09-03", "07"),
    reported("09-23", "07"),
    reported("11-05", "07"),
    reported("12-02", "07"),
    reported("12-25", "07"),
    # Every quarter; the last one never comes.
    reported("09-24 13:00", "23"),
    # The posts change hands.
    deed("09-01", "resigns", "head2", unit="CGC", role="head"),
    deed("09-01", "joins", "head6", unit="CGC", role="head"),
    deed("10-12", "joins", "supervisor2", unit="KJJ", role="supervisor"),
]


def works(on: date) -> bool:
    if on == TYPHOON or on in HOLIDAYS:
        return False
    return on.weekday() < 5 or on in MAKE_UP


def moments(hours: Sequence[time] = HOURS, last: date = LAST) -> list[datetime]:
    """Every time at which the jobs ran: on working days at these hours, on a day off at noon."""
    days = [FIRST + timedelta(days=n) for n in range((last - FIRST).days + 1)]
    every = [datetime.combine(on, at) for on in days for at in (hours if works(on) else [time(12)])]
    return [at for at in every if not OUTAGE[0] < at < OUTAGE[1]]


def deeds() -> list[Deed]:
    """What people did, the issuing of tasks included, in order of time."""
    issuing = [Deed(moment(given.issued), "issue", number) for number, given in TASKS.items()]
    return sorted(issuing + DEEDS, key=lambda each: each.at)
