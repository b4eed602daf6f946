"""Packs: content files of a health programme, read into frozen objects; every problem found at once."""
