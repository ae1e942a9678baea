"""Who may use Hinomi, and for what: roles, passwords, second factor, sessions, tokens, TLS.

door = Door(home)
entered = door.sign_in("sato", Secret(b"…"), "123456", address="10.0.0.5", agent="…")
door.who(entered.secret)             # the person behind a session's secret, or None
door.bearer("hinomi_…")              # the person behind an API token, or None

Until the first person exists the machine's own operator uses Hinomi, on this machine only.
"""

from hinomi.people.door import Door, Entered
from hinomi.people.roles import OPERATOR, ROLES, Right, Who

__all__ = ["OPERATOR", "ROLES", "Door", "Entered", "Right", "Who"]
