"""One module per kind of peer: what runs inside a host namespace."""
