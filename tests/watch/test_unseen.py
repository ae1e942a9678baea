"""Ways of attack beside those of the lab's cases: each asks a person; its innocent twin asks nobody.

The rows here are variations of what the lab's real programs give (names of operations, fields and
endings are those of `cases/`): slower, spread wider, by another protocol, heard one way only.
"""

from __future__ import annotations

import random

import pytest

from hinomi.watch.severity import asks_a_person

KINDS = ("docx", "xlsx", "pdf", "jpg", "dcm", "pptx", "txt", "csv")


def asking(house, *only):
    return [draft for draft in house.run(*only) if asks_a_person(draft.severity)]


def pc(house, n=11):
    return house.device(f"pc{n}", f"10.60.0.{n}", "workstation")


def files(house):
    return house.device("files", "10.50.0.30", "file_server")


def kdc(house):
    return house.device("kdc", "10.50.0.42", "directory_server")


def hexes(seed, count, length):
    chance = random.Random(seed)
    return ["".join(chance.choice("0123456789abcdef") for _ in range(length)) for _ in range(count)]


# --- files: slower, in place, by notes, by other protocols

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


@attack("ransomware_files")
def one_file_every_ten_seconds(h):
    a, f = pc(h), files(h)
    for n in range(60):
        old = KINDS[n % 8]
        h.exchange("smb", "RENAME", a, f, t=n * 10, object=f"d\\f{n}.{old}",
                   detail={"share": "s", "ending": old, "new_ending": "vx9", "new_name": f"d\\f{n}.{old}.vx9"})  # fmt: skip


@attack("ransomware_files")
def one_file_every_three_minutes(h):
    a, f = pc(h), files(h)
    for n in range(40):
        old = KINDS[n % 8]
        h.exchange("smb", "RENAME", a, f, t=n * 180, object=f"d\\f{n}.{old}",
                   detail={"share": "s", "ending": old, "new_ending": "vx9", "new_name": f"d\\f{n}.{old}.vx9"})  # fmt: skip


@attack("ransomware_files")
def slow_new_copies_and_deletes(h):
    a, f = pc(h), files(h)
    for n in range(60):
        old = KINDS[n % 8]
        h.exchange("smb", "READ", a, f, t=n * 60, object=f"d\\f{n}.{old}",
                   detail={"share": "s", "ending": old, "bytes": "90000"})  # fmt: skip
        h.exchange("smb", "WRITE", a, f, t=n * 60 + 1, object=f"d\\f{n}.{old}.vx9",
                   detail={"share": "s", "ending": "vx9", "bytes": "90100"})  # fmt: skip
        h.exchange("smb", "DELETE", a, f, t=n * 60 + 2, object=f"d\\f{n}.{old}", detail={"share": "s", "ending": old})


@attack("ransomware_files")
def in_place_names_kept(h):
    a, f = pc(h), files(h)
    for n in range(80):
        old = KINDS[n % 8]
        fields = {"share": "s", "ending": old, "operations": "2", "bytes": str(40_000 + 1000 * n)}
        h.exchange("smb", "READ", a, f, t=n * 5, object=f"d{n % 9}\\f{n}.{old}", detail=fields)
        h.exchange("smb", "WRITE", a, f, t=n * 5 + 1, object=f"d{n % 9}\\f{n}.{old}", detail=fields)


@attack("ransomware_files")
def each_file_another_ending(h):
    a, f = pc(h), files(h)
    for n, ending in enumerate(hexes(3, 40, 6)):
        old = KINDS[n % 8]
        h.exchange("smb", "RENAME", a, f, t=n * 4, object=f"d\\f{n}.{old}",
                   detail={"share": "s", "ending": old, "new_ending": f"x{ending}", "new_name": "n"})  # fmt: skip


@attack("ransomware_files")
def the_same_note_in_folder_after_folder(h):
    a, f = pc(h), files(h)
    for n in range(12):
        h.exchange("smb", "CREATE", a, f, t=n * 20, object=f"dept{n}\\HOW-TO-RESTORE.txt",
                   detail={"share": "s", "ending": "txt", "disposition": "create"})  # fmt: skip


@attack("ransomware_files")
def names_not_heard_much_rewritten(h):
    a, f = pc(h), files(h)
    h.flow(a, f, 445, "smb", t=60, secs=1500, up=900_000_000, down=880_000_000)


@attack("ransomware_files")
def two_that_never_met_over_encrypted_sharing(h):
    a, f = pc(h), files(h)
    for n in range(30):
        h.flow("10.60.0.12", f, 445, "smb", t=n * 3600, secs=600, up=300_000, down=9_000_000)
    h.flow(a, f, 445, "smb", t=100_000, secs=60, up=2_600_000, down=2_500_000)


@attack("ransomware_files")
def over_nfs(h):
    a, f = h.device("sv", "10.50.0.60", "server"), files(h)
    for n in range(30):  # the tap knows the house: these two never met
        h.flow("10.50.0.61", f, 2049, "nfs", t=n * 3600, secs=3500, up=4_000_000, down=90_000_000)
    h.flow(a, f, 2049, "nfs", t=90_000, secs=1500, up=900_000_000, down=880_000_000)


@attack("ransomware_files")
def over_afp_in_many_connections(h):
    a, f = pc(h), files(h)
    for n in range(40):
        h.flow(a, f, 548, None, t=60 + n * 60, secs=50, up=12_000_000, down=11_500_000)


@attack("ransomware_files")
def a_known_pair_far_above_its_habit(h):
    a, f = pc(h), files(h)
    for day in range(5):
        h.flow(a, f, 445, "smb", t=day * 86_400, secs=8000, up=4_000_000, down=60_000_000)
    h.flow(a, f, 445, "smb", t=5 * 86_400, secs=3000, up=2_000_000_000, down=1_950_000_000)


@twin
def editors_sync_and_disks_on_the_network(h):
    a, f = pc(h), files(h)
    host, store = h.device("vmhost", "10.50.0.61", "server"), h.device("nas", "10.50.0.62", "nas")
    for day in range(6):  # a disk on the network is read and written all day, every day
        for n in range(24):
            h.flow(host, store, 2049, "nfs", t=day * 86_400 + n * 3600, secs=3500, up=400_000_000, down=420_000_000)
    for n in range(200):  # a copy to the share: only written
        h.exchange("smb", "WRITE", a, f, t=n, object=f"new\\f{n}.{KINDS[n % 8]}",
                   detail={"share": "s", "ending": KINDS[n % 8], "bytes": "900000"})  # fmt: skip
    for n in range(200):  # a search: only read
        h.exchange("smb", "READ", a, f, t=900 + n, object=f"old\\f{n}.{KINDS[n % 8]}",
                   detail={"share": "s", "ending": KINDS[n % 8], "bytes": "900000"})  # fmt: skip
    for n in range(40):  # pictures are turned upright: one kind, read and written
        fields = {"share": "s", "ending": "jpg", "bytes": "2000000"}
        h.exchange("smb", "READ", a, f, t=2000 + n * 4, object=f"pic\\p{n}.jpg", detail=fields)
        h.exchange("smb", "WRITE", a, f, t=2001 + n * 4, object=f"pic\\p{n}.jpg", detail=fields)
    for n in range(30):  # an office program: read, saved hours later
        fields = {"share": "s", "ending": KINDS[n % 3], "bytes": "80000"}
        h.exchange("smb", "READ", a, f, t=9000 + n * 900, object=f"work\\w{n}.{KINDS[n % 3]}", detail=fields)
        h.exchange("smb", "WRITE", a, f, t=9600 + n * 900, object=f"work\\w{n}.{KINDS[n % 3]}", detail=fields)
    for n in range(60):  # a program is unpacked: many files, a read-me in each part
        h.exchange("smb", "CREATE", a, f, t=40_000 + n, object=f"app{n % 12}\\part{n}.dll",
                   detail={"share": "s", "ending": "dll", "disposition": "create"})  # fmt: skip
        if n < 12:
            h.exchange("smb", "CREATE", a, f, t=40_000 + n, object=f"app{n}\\README.txt",
                       detail={"share": "s", "ending": "txt", "disposition": "create"})  # fmt: skip


# --- passwords


@attack("brute_force")
def one_account_from_many_clients(h):
    f = files(h)
    for n in range(60):
        h.exchange("smb", "SESSION_SETUP", f"10.60.0.{n % 20 + 11}", f, t=n * 20, outcome="refused",
                   status="0xc000006d", detail={"user": "H-ADMIN"})  # fmt: skip


@attack("brute_force")
def many_accounts_from_many_clients(h):
    f = kdc(h)
    for n in range(80):
        h.exchange("kerberos", "AS", f"10.60.0.{n % 16 + 11}", f, t=n * 6, outcome="refused", status="PREAUTH_FAILED",
                   detail={"user": f"H-{n}"})  # fmt: skip


@attack("brute_force")
def short_sessions_from_many_outside(h):
    gate = h.device("gate", "10.70.0.9", "server")
    for n in range(60):
        h.flow(f"203.0.113.{n + 1}", gate, 3389, "rdp", t=n * 9, secs=2, up=900, down=1500)


@attack("brute_force")
def slowly_and_many_names(h):
    a, f = pc(h), files(h)
    for n in range(60):
        h.exchange("smb", "SESSION_SETUP", a, f, t=n * 400, outcome="refused", status="0xc000006d",
                   detail={"user": f"H-{n % 30}"})  # fmt: skip


@twin
def morning_of_forgotten_passwords_and_an_old_one_in_a_program(h):
    f = files(h)
    for n in range(25):  # Monday: each mistypes once or twice and then comes in
        client = f"10.60.0.{n + 11}"
        for k in range(1 + n % 2):
            h.exchange("smb", "SESSION_SETUP", client, f, t=n * 20 + k * 8, outcome="refused", status="0xc000006d",
                       detail={"user": f"H-{n}"})  # fmt: skip
        h.exchange("smb", "SESSION_SETUP", client, f, t=n * 20 + 30, detail={"user": f"H-{n}"})
    for n in range(150):  # a timed job with last year's password
        h.exchange("smb", "SESSION_SETUP", "10.50.0.77", f, t=n * 600, outcome="refused", status="0xc000006d",
                   detail={"user": "H-JOB"})  # fmt: skip


# --- the directory


@attack("directory_attack")
def service_tickets_in_a_row(h):
    a, k = pc(h), kdc(h)
    for n in range(25):
        h.exchange("kerberos", "TGS", a, k, t=n * 0.5, object=f"MSSQLSvc/db{n}.hospital", server_name=f"svc{n}",
                   detail={"service": f"MSSQLSvc/db{n}.hospital", "etypes": "23", "etype": "23"})  # fmt: skip


@attack("directory_attack")
def tickets_without_a_password(h):
    a, k = pc(h), kdc(h)
    for n in range(6):
        h.exchange("kerberos", "AS", a, k, t=n, object="krbtgt/H",
                   detail={"preauth": "128", "user": f"H-{n}", "etypes": "23", "etype": "23"})  # fmt: skip


@attack("directory_attack")
def names_that_do_not_exist(h):
    a, k = pc(h), kdc(h)
    for n in range(40):
        h.exchange("kerberos", "AS", a, k, t=n * 2, outcome="refused" if n % 4 else "warning", object="krbtgt/H",
                   status="C_PRINCIPAL_UNKNOWN" if n % 4 else "PREAUTH_REQUIRED", detail={"user": f"H-{n}"})  # fmt: skip


@attack("directory_attack")
def the_whole_directory_is_read(h):
    a, k = pc(h), kdc(h)
    for n in range(5):
        h.exchange("ldap", "search", a, k, t=n * 3, object="dc=hospital,dc=example",
                   detail={"scope": "subtree", "entries": "1000",
                           "attributes": "samaccountname,serviceprincipalname,useraccountcontrol,memberof"})  # fmt: skip


@attack("directory_attack")
def passwords_are_copied_like_a_second_directory_server(h):
    a, k = pc(h), kdc(h)
    h.exchange("dcerpc", "bind", a, k, t=5, object="drsuapi",
               detail={"interfaces": "drsuapi", "calls": "12", "operations": "0,3,12"})  # fmt: skip


@twin
def the_directory_on_a_working_day(h):
    k, k2 = kdc(h), h.device("kdc2", "10.50.0.43", "directory_server")
    for n in range(30):
        a = f"10.60.0.{n + 11}"
        for service in ("cifs/files", "HTTP/portal", "ldap/kdc", "host/pc", "MSSQLSvc/emr"):
            h.exchange("kerberos", "TGS", a, k, t=n * 40, object=service,
                       detail={"service": service, "etypes": "18,17", "etype": "18"})  # fmt: skip
        h.exchange("kerberos", "AS", a, k, t=n * 40, object="krbtgt/H", status="PREAUTH_REQUIRED", outcome="warning",
                   detail={"preauth": "128", "user": f"H-{n}"})  # fmt: skip
        h.exchange("kerberos", "AS", a, k, t=n * 40 + 1, object="krbtgt/H",
                   detail={"preauth": "2,128", "user": f"H-{n}", "etype": "18"})  # fmt: skip
        h.exchange("ldap", "search", a, k, t=n * 40, object="dc=hospital", detail={"scope": "subtree", "entries": "3"})
    h.exchange("dcerpc", "bind", k2, k, t=5, object="drsuapi",
               detail={"interfaces": "drsuapi", "calls": "12", "operations": "0,3,12"})  # fmt: skip
    emr = h.device("emr", "10.50.0.10", "emr_server")  # the record system takes over the staff's list
    h.exchange("ldap", "search", emr, k, t=50, object="ou=staff", detail={"scope": "subtree", "entries": "900"})


# --- from machine to machine, and being lied to


@attack("remote_execution")
def a_service_is_made_by_the_vendors_line(h):
    v, s = h.device("v", "10.90.0.10", "maintenance_host"), h.device("sv", "10.50.0.60", "server")
    h.exchange("smb", "TREE_CONNECT", v, s, t=3, object="\\\\sv\\ADMIN$", detail={"share": "ADMIN$"})
    h.exchange("smb", "CREATE", v, s, t=5, object="svcctl", detail={"share": "IPC$", "disposition": "open"})


@attack("remote_execution")
def wmi_from_an_office_pc_to_many(h):
    a = pc(h)
    for n in range(4):
        s = h.device(f"sv{n}", f"10.50.0.{60 + n}", "server")
        h.exchange("dcerpc", "bind", a, s, t=n * 60, object="IWbemLevel1Login",
                   detail={"interfaces": "IWbemLevel1Login,IWbemServices", "calls": "4"})  # fmt: skip


@attack("remote_execution")
def winrm_from_a_partner(h):
    v, s = h.device("v", "10.90.0.10", "maintenance_host"), h.device("sv", "10.50.0.60", "server")
    for n in range(6):
        h.exchange("http", "POST", v, s, t=n, object="/wsman", detail={"path": "/wsman"})
    h.flow(v, s, 5985, "http", t=0, secs=10, up=9000, down=20_000)


@attack("remote_execution")
def a_task_is_laid_on_a_clinical_server(h):
    a, s = pc(h), h.device("pacs", "10.20.0.20", "pacs")
    h.exchange("smb", "CREATE", a, s, t=5, object="atsvc", detail={"share": "IPC$", "disposition": "open"})


@twin
def administration_and_inventory(h):
    adm = h.device("adm", "10.80.0.5", "workstation")
    upd = h.device("upd", "10.50.0.71", "update_server")
    for n in range(8):
        a = h.device(f"t{n}", f"10.60.0.{n + 20}", "workstation")
        for who in (adm, upd):
            h.exchange("smb", "CREATE", who, a, t=n, object="svcctl", detail={"share": "IPC$"})
            h.exchange("dcerpc", "bind", who, a, t=n, object="IWbemServices", detail={"interfaces": "IWbemServices"})
        h.exchange("smb", "CREATE", a, files(h) if n == 0 else "10.50.0.30", t=n, object="srvsvc",
                   detail={"share": "IPC$"})  # fmt: skip


@attack("name_poisoning")
def one_machine_answers_for_every_name(h):
    bad = h.device("bad", "10.60.0.99", "workstation")
    for n in range(6):
        h.exchange("llmnr", "A", f"10.60.0.{n + 11}", bad, t=n * 30, object=f"filsv{n}",
                   detail={"answers": f"filsv{n}=10.60.0.99", "answer_ips": "10.60.0.99"})  # fmt: skip


@attack("name_poisoning")
def the_proxy_that_nobody_set_up(h):
    bad = h.device("bad", "10.60.0.99", "workstation")
    for n in range(2):
        h.exchange("nbns", "query", f"10.60.0.{n + 11}", bad, t=n * 30, object="WPAD", detail={"ip": "10.60.0.99"})


@twin
def machines_answer_for_themselves(h):
    for n in range(12):
        own = h.device(f"pc{n}", f"10.60.0.{n + 11}", "workstation")
        for k in range(4):
            h.exchange("llmnr", "A", f"10.60.0.{k + 50}", own, t=n * 30 + k, object=f"pc{n}",
                       detail={"answers": f"pc{n}=10.60.0.{n + 11}", "answer_ips": f"10.60.0.{n + 11}"})  # fmt: skip
        h.exchange("nbns", "query", "10.60.0.80", own, t=n, object=f"PC{n}", detail={"ip": f"10.60.0.{n + 11}"})


@attack("rogue_router")
def a_pc_offers_itself_as_router(h):
    bad = h.device("bad", "10.60.0.99", "workstation")
    mac = bad.addresses[0].mac
    for attribute, value in (("nd.router", "1800"), ("nd.prefix", "2001:db8:bad::/64"), ("nd.dns", "fe80::bad")):
        h.clue(bad, attribute, value, t=60, protocol="nd", mac=mac)


@twin
def the_house_router_announces_itself(h):
    r = h.device("gw", "10.60.0.1", "router")
    h.clue(r, "nd.router", "1800", t=1, protocol="nd", count=300)
    h.clue(r, "nd.prefix", "2001:db8:60::/64", t=1, protocol="nd")
    guest = h.device("tel", "10.60.0.88", "mobile")  # no router: a lifetime of 0 takes nothing over
    h.clue(guest, "nd.router", "0", t=1, protocol="nd")


# --- out of the house


@attack("exfiltration")
def by_https_from_a_server(h):
    s = files(h)
    for n in range(30):
        h.flow(s, "198.51.100.9", 443, "tls", t=n * 60, secs=50, up=20_000_000, down=90_000, sni="store.cloud.test")


@attack("exfiltration")
def in_pieces_to_many_places(h):
    s = files(h)
    for n in range(40):
        h.flow(s, f"198.51.{n}.9", 443, "tls", t=n * 90, secs=50, up=6_000_000, down=30_000, sni=f"s{n}.pieces{n}.test")


@attack("exfiltration")
def pulled_from_outside(h):
    s = files(h)
    h.flow("198.51.100.9", s, 22, "ssh", t=60, secs=900, up=90_000, down=900_000_000)


@attack("exfiltration")
def over_a_vendors_line(h):
    v, s = h.device("v", "10.90.0.10", "maintenance_host"), h.device("pacs", "10.50.0.20", "pacs")
    h.flow(v, s, 22, "ssh", t=60, secs=900, up=90_000, down=4_000_000_000)


@attack("exfiltration")
def by_quic_without_a_name(h):
    s = h.device("emr", "10.50.0.10", "emr_server")
    h.flow(s, "198.51.100.9", 443, "quic", t=60, secs=900, up=60_000_000, down=900_000, proto="udp")


@attack("exfiltration")
def by_sftp_from_a_nurse_call_unit(h):
    unit = h.device("call1", "10.40.0.10", "ip_phone")
    h.flow(unit, "198.51.100.9", 22, "ssh", t=60, secs=20, up=1_205_000, down=5000)


@attack("exfiltration")
def by_sftp_from_an_office_pc(h):
    h.flow(pc(h), "198.51.100.9", 22, "ssh", t=60, secs=20, up=60_000_000, down=5000)


@attack("dns_tunnel")
def short_names_answered_with_text(h):
    a = pc(h)
    for n, name in enumerate(hexes(5, 120, 14)):
        h.dns(a, f"{name}.c.evil.test", "", t=n * 2, kind="TXT", outcome="ok", status="NOERROR", response_bytes=400)


@attack("dns_tunnel")
def null_records_over_tcp(h):
    a = pc(h)
    for n, name in enumerate(hexes(6, 80, 60)):
        h.dns(a, f"{name}.c.evil.test", "", t=n * 2, kind="NULL", outcome="ok", status="NOERROR")


@attack("dns_tunnel")
def seldom_and_unevenly(h):
    a, chance, t = pc(h), random.Random(7), 0.0
    for name in hexes(8, 60, 16):
        t += 300 * (1 + chance.uniform(-0.5, 0.5))
        h.dns(a, f"{name}.c.evil.test", "0.0.0.0", t=t)


@attack("dns_tunnel")
def from_a_clinical_device(h):
    a = h.device("ct", "10.20.0.11", "ct")
    for n, name in enumerate(hexes(9, 30, 20)):
        h.dns(a, f"{name}.c.evil.test", "198.51.100.3", t=n * 60)


@twin
def names_on_an_ordinary_day(h):
    mail = h.device("mx", "10.70.0.25", "mail_server")
    chance = random.Random(11)
    for n in range(300):  # a block list is asked about each sender
        octets = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        h.dns(mail, f"{octets}.zen.blocklist.test", "", t=n * 30)
        h.dns(mail, f"s{n}._domainkey.sender{n % 90}.test", "", t=n * 30, kind="TXT", outcome="ok", status="NOERROR")
    for n, name in enumerate(hexes(12, 200, 12)):  # a page with a name of its own for each visit, then visited
        a = f"10.60.0.{n % 30 + 11}"
        h.dns(a, f"{name}.cdn-of-all.test", f"198.51.7.{n + 1}", t=n * 20)
        h.flow(a, f"198.51.7.{n + 1}", 443, "tls", t=n * 20 + 1, up=900, down=90_000, sni=f"{name}.cdn-of-all.test")
    for n in range(400):  # the same name again and again
        h.dns("10.60.0.12", "status.printer-maker.test", "198.51.8.8", t=n * 60)


@attack("beacon")
def http_with_jitter_from_a_server(h):
    s, chance, t = h.device("sv", "10.50.0.60", "server"), random.Random(2), 0.0
    for _ in range(60):
        t += 120 * (1 + chance.uniform(-0.5, 0.5))
        h.flow(s, "198.51.100.77", 80, "http", t=t, secs=1, up=400, down=300)


REMOTE = [
    ("relay-1.net.anydesk.com", 443, "tls"), ("router3.teamviewer.com", 5938, "teamviewer"),
    ("connect.ngrok-agent.com", 443, "tls"), ("controlplane.tailscale.com", 443, "tls"),
    ("region1.v2.argotunnel.com", 7844, "quic"), ("my.zerotier.com", 443, "tls"), ("relay.dwservice.net", 443, "tls"),
    ("instance-abc.screenconnect.com", 443, "tls"), ("api.remotepc.com", 443, "tls"), ("acme.atera.com", 443, "tls"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "port", "service"), REMOTE)
def test_a_remote_tool_on_a_server_or_a_clinical_device_asks(house, name, port, service):
    for n, device in enumerate((
        house.device("sv", "10.50.0.60", "server"), house.device("ct", "10.20.0.11", "ct"),
    )):  # fmt: skip
        house.flow(device, f"198.51.100.{n + 5}", port, service, t=60 + n, secs=900, up=90_000, down=80_000, sni=name,
                   proto="udp" if service == "quic" else "tcp")  # fmt: skip
    found = asking(house)
    assert {"sv", "ct"} <= {draft.devices[0] for draft in found}, found


def test_twin_a_remote_tool_on_an_office_pc_is_listed(house):
    a = pc(house)
    house.flow(a, "198.51.100.5", 443, "tls", t=60, secs=900, up=9000, down=8000, sni="relay-1.net.anydesk.com")
    assert asking(house) == [] and house.run("remote_session_into_clinical")


@attack("scan")
def heard_one_way_only(h):
    a = pc(h)
    for n in range(60):
        h.flow(a, f"10.50.0.{n + 1}", 3389, t=n, outcome="half_heard", up=0, down=0, orig_packets=3, resp_packets=0,
               ended_by="idle")  # fmt: skip


@attack("scan")
def horizontal_and_very_slow(h):
    a = pc(h)
    for n in range(60):
        h.flow(a, f"10.50.0.{n + 1}", 445, t=n * 1500, outcome="unanswered")


@attack("scan")
def few_doors_of_many_answered_by_resets(h):
    a = pc(h)
    for n in range(30):
        for port in (104, 445, 3389):
            h.flow(a, f"10.20.0.{n + 1}", port, t=n * 40, outcome="refused")


@attack("scan")
def everything_answers(h):
    a = pc(h)
    for n in range(40):
        h.flow(a, f"10.20.0.{n + 1}", 104, None, t=n * 4, secs=0.1, up=0, down=0)


@attack("print_flood")
def one_note_on_each_printer(h):
    a = pc(h)
    for n in range(5):
        p = h.device(f"p{n}", f"10.60.0.{n + 200}", "printer")
        h.flow(a, p, 9100, None, t=n * 120, up=3000, down=0)


@attack("unknown_ae_title")
def a_stranger_reads_the_archive(h):
    a, p = pc(h), h.device("pacs", "10.50.0.20", "pacs")
    ct = h.device("ct", "10.20.0.11", "ct")
    h.exchange("dicom", "A-ASSOCIATE", ct, p, t=0, client_name="CT01", server_name="PACS")
    h.exchange("dicom", "C-STORE", ct, p, t=1, client_name="CT01", server_name="PACS")
    h.exchange("dicom", "A-ASSOCIATE", a, p, t=60, client_name="GETSCU", server_name="PACS")
    h.exchange("dicom", "C-FIND", a, p, t=61, client_name="GETSCU", server_name="PACS")
    h.exchange("dicom", "C-MOVE", a, p, t=62, client_name="GETSCU", server_name="PACS")


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_it_asks_a_person(house, name):
    ATTACKS[name](house)
    found = asking(house)
    assert name.split(":")[0] in {draft.detection for draft in found}, [(d.key, d.severity.value) for d in house.run()]
    assert len({draft.story for draft in found}) == 1, "one cause is one story"


# Whose cases and twins live here: run("directory_attack"), run("remote_execution"), run("name_poisoning"),
# run("rogue_router").
@pytest.mark.parametrize("name", sorted(TWINS))
def test_twin_asks_nobody(house, name):
    TWINS[name](house)
    assert [(draft.key, draft.severity.value) for draft in asking(house)] == []
