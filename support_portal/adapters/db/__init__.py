"""PostgreSQL: tables, a store for each feature, and the transaction they share."""
