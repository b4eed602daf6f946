"""The append-only log of records: the truth from which everything else can be worked out again."""
