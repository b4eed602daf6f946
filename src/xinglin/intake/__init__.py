"""The door: what institutions send becomes records in the log, or refusals with a reason and a remedy."""
