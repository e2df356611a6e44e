from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "重点任务"

    def ready(self) -> None:
        from tasks.record import renew_epoch

        # A restore is followed by `migrate` (or a start, which migrates): there the feed learns of it.
        post_migrate.connect(renew_epoch, sender=self, dispatch_uid="tasks.renew_epoch")
