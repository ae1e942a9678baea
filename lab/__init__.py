"""The hospital in a box: real software in network namespaces, a mirror port and the written truth."""
