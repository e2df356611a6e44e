"""Who hears about it: the reminder ledger, messages and their ways out, and the figures of periods."""

from reports.models.calendar import CalendarFeed
from reports.models.hint import ReportHint
from reports.models.job import FeedCursor, JobRun
from reports.models.letter import LetterTemplate
from reports.models.message import Bot, Contact, Delivery, DigestLine, Notification
from reports.models.reminder import Reminder, ReminderRule
from reports.models.score import ScoreObjection, ScoreRule
from reports.models.summary import Bulletin, Summary
from reports.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "Bot",
    "Bulletin",
    "CalendarFeed",
    "Contact",
    "Delivery",
    "DigestLine",
    "FeedCursor",
    "JobRun",
    "LetterTemplate",
    "Notification",
    "Reminder",
    "ReminderRule",
    "ReportHint",
    "ScoreObjection",
    "ScoreRule",
    "Summary",
    "Webhook",
    "WebhookDelivery",
]
