"""What `support-portal run` needs to have everything on this machine, and nothing else does."""
