"""The agents' pages: the queue, one case, the decisions about it, and mails that fit no case."""
