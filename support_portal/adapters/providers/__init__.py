"""GitHub, GitLab and Bitbucket, each behind the port `GitProvider`."""
