"""Advisories of makers and authorities held against what the inventory knows; end of support.

library = drop.read(folder)                   # CSAF 2.0, JVN, KEV, EPSS as files; no network
found = match.weaknesses(library, devices)    # confirmed, possible, not affected, fixed, each with its reason
ends = support.ends(devices)                  # operating systems and models whose support ends

Listening tells a version only where the device says it; so "possible" is the usual answer, and says what is missing.
"""
