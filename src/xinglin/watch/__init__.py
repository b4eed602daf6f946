"""Watch: series in, alerts out. Detectors are pure; the morning's run joins them to figures and database."""
