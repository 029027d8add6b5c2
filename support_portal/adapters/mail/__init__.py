"""Mail in and out: read, classify, render, send."""
