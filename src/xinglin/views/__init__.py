"""Views: ViewDefinitions (SQL on FHIR v2) and records in, rows out.

A path is read (`fhirpath`), resolved against the FHIR elements into a typed tree (`resolve`, `definition`, `nodes`) and
answered by two engines: DuckDB (`duck`, `statement`) and a slow, obvious referee (`referee`). `store` keeps the rows of
all views up to date from the log; `session` opens them for questions; `run` answers one view over a FHIR folder.
"""
