"""A tap, live: from the interface to rows that can be asked, every second, and to findings soon after.

    ears     root, then nobody    kernel ring → pcapng          hears, understands nothing
    keeper   the home's owner     pcapng → pcapng and evidence  keeps a sealed copy, understands nothing
    parser   nobody               pcapng → rows                 understands, can reach nothing
    session  the home's owner     rows → history                writes, sees no packet
    think    the home's owner     rows → devices, findings      beside it, never in its way

Each is a process; pipes join them, so that who is slow makes the one before it wait, and in the end
the kernel counts what it had to drop. `privileges.py` and the wire's `confine` say what each may do,
`interfaces.py` which interfaces are refused, `folds.py` what is kept so that a week of traffic makes
no second slower than the first.
"""
