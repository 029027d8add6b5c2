"""The outside world put behind ports: database, providers, directory, mail, secrets, clock."""
