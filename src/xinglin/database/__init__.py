"""The relational database under log, cases, plan and access: one connection port, SQLite or PostgreSQL."""
