"""督查通知单 and 催办函: letters about tasks as Word files, in the bureau's own form or in ours."""
