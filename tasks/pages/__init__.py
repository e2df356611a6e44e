"""What the pages of tasks show, and the forms on them; `tasks.views` has the addresses behind."""
