"""Xinglin (杏林): a health commission's yearly work plan, kept live from its institutions' records."""

__version__ = "0.1.0"
