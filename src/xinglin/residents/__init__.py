"""Residents: which Patients of different institutions are one person."""
