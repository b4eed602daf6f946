"""The simulated county as a newcomer meets it: made once, loaded, furnished with accounts, a plan and bindings.

Nothing here is needed for a real city, where institutions send records, an administrator makes accounts and officers
bind targets.
"""
