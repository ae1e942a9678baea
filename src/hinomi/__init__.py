"""Hinomi (火の見): what is connected in a hospital, what it says, what is dangerous, and the proof."""

__version__ = "0.1.0"
