"""The lab's own implementations of protocols for which no real software can be had.

Each follows a public specification, named in its module, and is used only where no real peer
exists; the stories of the cases say so.
"""
