"""Faust's and mode's private names: thin classes to extend, whose public methods stand for the private ones.

The names are those of faust-streaming 0.15 and mode-streaming 0.7, which are pinned. They are used in this package
only; tests/unit/private_names says what is missing after an upgrade.
"""
