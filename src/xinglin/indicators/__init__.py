"""Indicators: numbers over views for every place and period, opened down to their people."""
