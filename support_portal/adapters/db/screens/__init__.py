"""What pages read, straight from SQL: a file a page, each in one transaction that changes nothing."""
