"""The steps that bring a database to the newest state, oldest first."""
