"""A mail catcher: takes every mail over SMTP, keeps it in a folder, shows it on web pages beside the demo's guide."""
