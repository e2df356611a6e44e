from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "提醒与汇总"

    def ready(self) -> None:
        from reports import ladder
        from reports.scoring import rules

        post_migrate.connect(
            ladder.create_missing_rules, sender=self, dispatch_uid="reports.create_missing_rules"
        )
        post_migrate.connect(
            rules.create_missing_rules, sender=self, dispatch_uid="reports.create_missing_score_rules"
        )
