"""An invented city's bureau to look around in: its people, two plans of our own, tasks in every status.

Everything happens through the same services as in earnest, on days counted back from today, so that lights,
reminders and records look lived in whenever the demo is made.
"""
