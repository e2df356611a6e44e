"""As an office writes days: 10月8日, not 10月08日. The rest is Django's."""

MONTH_DAY_FORMAT = "n月j日"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
