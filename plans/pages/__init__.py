"""The pages of plans, by topic; plans/urls.py says where they are."""
