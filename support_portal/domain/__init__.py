"""The rules: pure, standard library only, to be read without knowing Flask, Celery or SQL."""
