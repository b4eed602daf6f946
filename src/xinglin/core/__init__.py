"""Words that every room shares: period, place, identifiers, FHIR elements, errors. No I/O of users' data."""
