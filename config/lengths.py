"""How long a text may be that somebody writes: the same in the API, on pages and in imports."""

TITLE_LENGTH = 2000  # of a task, of an item of a plan, of a step
NOTE_LENGTH = 5000
BODY_LENGTH = 50_000
NARRATIVE_LENGTH = 20_000  # of a 通报: some thirty pages
