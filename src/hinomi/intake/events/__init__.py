"""What machines wrote about themselves: logons, VPN sessions, connections through a firewall, Windows events.

A VPN logon hides inside its tunnel: only the box that ended it can say who came. So its log is read.

    text.py       bytes → lines, whatever their character set
    frame.py      a line → when, which machine, which program, what it said (RFC 5424, RFC 3164, dated files)
    out.py        what was said → rows: a logon, a session, a connection, an event
    boxes.py      FortiGate and SonicWall, in `key=value`
    cisco.py      ASA and FTD, by message number
    paloalto.py   PAN-OS, by position between commas
    yamaha.py     RTX routers
    daemons.py    OpenVPN, strongSwan, WireGuard, sshd, Samba
    windows.py    Windows events: XML, JSON, and `.evtx`
    reader.py     which of them reads a line, of a file or as the tap heard it
    told.py       which lines another source told already

A user's name is masked as the wire masks it; no password is ever in a row. What a line does not say
(most often: at which address the box was called) stays empty, or is looked up in `hosts`.
"""
