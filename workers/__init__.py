"""Celery's side: tasks that take ids and call one use case each, and the relay that nudges them."""
