"""The days that plans and tasks may name: every part can reckon with them.

PostgreSQL reckons past the year 9999, Python does not: one such deadline, and no list with it can be read.
"""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator

FIRST_YEAR, LAST_YEAR = 1949, 2200
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
# For the fields of forms and of the API.
KNOWN_DAY = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
