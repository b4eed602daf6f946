"""Watch: series in, alerts out. Detectors are pure; the morning's run joins them to figures, places and the database."""
