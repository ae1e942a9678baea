#!/bin/bash
# Makes the captures of this folder again: two network namespaces, one cable, real software.
# usage: make.sh net | make.sh <protocol>   (as root; OUT and WORK name the folders)
# The Python programs are expected in a virtual environment named by VENV.
S="ip netns exec hs"; C="ip netns exec hc"; OUT=${OUT:-$PWD/out}; V=${VENV:-.venv}/bin
net() {
  ip netns add hc 2>/dev/null; ip netns add hs 2>/dev/null
  ip link add vc type veth peer name vs 2>/dev/null
  ip link set vc netns hc; ip link set vs netns hs
  ip -n hc link set vc address 02:48:4d:77:00:02; ip -n hs link set vs address 02:48:4d:77:00:01
  ip -n hc addr add 10.77.0.2/24 dev vc; ip -n hs addr add 10.77.0.1/24 dev vs
  for n in hc hs; do ip -n $n link set lo up; done
  ip -n hc link set vc up; ip -n hs link set vs up
  ip netns exec hc ethtool -K vc tx off rx off gro off gso off tso off >/dev/null 2>&1
  ip netns exec hs ethtool -K vs tx off rx off gro off gso off tso off >/dev/null 2>&1
  mkdir -p $W
  openssl req -x509 -newkey rsa:2048 -nodes -keyout $W/key.pem -out $W/cert.pem -days 800 -subj "/C=JP/O=Hinomi Lab/CN=fx.hospital.example" -addext "subjectAltName=DNS:fx.hospital.example,IP:10.77.0.1"
}
capture() { mkdir -p $OUT/$1; F=$OUT/$1/$2.pcap; rm -f $F; $S tcpdump -q -i vs -U -s 0 -w $F "$3" >/dev/null 2>&1 & CAP=$!; sleep 0.7; }
stop() { sleep 0.8; kill $CAP 2>/dev/null; wait $CAP 2>/dev/null; for p in "$@"; do kill $p 2>/dev/null; done; }
W=${WORK:-$PWD/work}; mkdir -p $W
snmp() {
  cat > $W/snmpd.conf <<E
agentaddress udp:10.77.0.1:161
rocommunity hospital-ro
sysName ups-02
sysLocation B1 electric room
sysDescr Kumotori UPS 3000 fw 2.1
createUser watcher SHA "authpass123" AES "privpass123"
rouser watcher priv
E
  $S snmpd -f -Lo -C -c $W/snmpd.conf -p $W/snmpd.pid >/dev/null 2>&1 & D=$!; sleep 1
  capture snmp versions "udp port 161"
  $C snmpget -v1 -c hospital-ro 10.77.0.1 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.5.0 >/dev/null
  $C snmpwalk -v2c -c hospital-ro 10.77.0.1 1.3.6.1.2.1.1 >/dev/null
  $C snmpget -v3 -u watcher -l authPriv -a SHA -A authpass123 -x AES -X privpass123 10.77.0.1 1.3.6.1.2.1.1.5.0 >/dev/null
  $C snmpget -v2c -c public -r 0 -t 1 10.77.0.1 1.3.6.1.2.1.1.5.0 >/dev/null 2>&1
  stop $D
}
ntp() {
  cat > $W/chrony.conf <<E
local stratum 8
allow
cmdport 0
pidfile $W/chronyd.pid
driftfile $W/drift
E
  $S chronyd -x -d -f $W/chrony.conf >/dev/null 2>&1 & D=$!; sleep 3
  capture ntp chrony "udp port 123"
  $C timeout 8 chronyd -Q -x -t 6 "server 10.77.0.1 iburst maxsamples 2" "pidfile $W/c.pid" "cmdport 0" >/dev/null 2>&1
  stop $D
}
syslog() {
  $S nc -u -l -p 514 -k >/dev/null 2>&1 & D=$!
  $S nc -l -p 514 -k >/dev/null 2>&1 & D2=$!
  capture syslog logger "port 514"
  $C logger --server 10.77.0.1 --udp --port 514 --rfc5424 -t emr-agent "job done"
  $C logger --server 10.77.0.1 --udp --port 514 --rfc3164 -t sshd -p auth.warning "session opened"
  $C logger --server 10.77.0.1 --tcp --port 514 --octet-count -t backup "finished"
  stop $D $D2
}
radius() {
  mkdir -p $W/raddb; cp -r /etc/freeradius/3.0/* $W/raddb/ 2>/dev/null
  printf 'client lab {\n ipaddr = 10.77.0.0/24\n secret = labsecret\n}\n' > $W/raddb/clients.conf
  printf 'taro Cleartext-Password := "himitsu"\n' > $W/raddb/mods-config/files/authorize
  chown -R freerad:freerad $W/raddb; chmod -R a+rX $W
  $S freeradius -f -d $W/raddb -l stdout > $W/radius.log 2>&1 & D=$!; sleep 3
  capture radius access "udp port 1812"
  $C radtest taro himitsu 10.77.0.1 1 labsecret >/dev/null 2>&1
  $C radtest -t mschap taro himitsu 10.77.0.1 1 labsecret >/dev/null 2>&1
  $C radtest hanako wrong 10.77.0.1 1 labsecret >/dev/null 2>&1
  stop $D
}
kerberos() {
  mkdir -p $W/krb; cat > $W/krb/krb5.conf <<E
[libdefaults]
 default_realm = HOSPITAL.EXAMPLE
 dns_lookup_kdc = false
 udp_preference_limit = ${UDPLIM:-1400}
[realms]
 HOSPITAL.EXAMPLE = {
 kdc = 10.77.0.1
 database_name = $W/krb/principal
 key_stash_file = $W/krb/stash
 acl_file = $W/krb/acl
 kdc_ports = 88
 kdc_tcp_ports = 88
 }
E
  export KRB5_CONFIG=$W/krb/krb5.conf KRB5_KDC_PROFILE=$W/krb/krb5.conf
  rm -f $W/krb/principal* $W/krb/stash
  kdb5_util create -s -P master -r HOSPITAL.EXAMPLE >/dev/null 2>&1
  kadmin.local -q "addprinc -pw himitsu taro" >/dev/null 2>&1
  kadmin.local -q "addprinc -randkey cifs/files.hospital.example" >/dev/null 2>&1
  $S krb5kdc -n >/dev/null 2>&1 & D=$!; sleep 1
  capture kerberos udp "port 88"
  echo himitsu | $C kinit -c $W/krb/cc taro >/dev/null 2>&1
  $C kvno -c $W/krb/cc cifs/files.hospital.example >/dev/null 2>&1
  echo wrong | $C kinit -c $W/krb/cc2 taro >/dev/null 2>&1
  echo x | $C kinit -c $W/krb/cc2 nobody >/dev/null 2>&1
  stop
  sed -i 's/udp_preference_limit.*/udp_preference_limit = 1/' $W/krb/krb5.conf
  capture kerberos tcp "port 88"
  echo himitsu | $C kinit -c $W/krb/cc taro >/dev/null 2>&1
  $C kvno -c $W/krb/cc cifs/files.hospital.example >/dev/null 2>&1
  stop $D
}
ldap() {
  rm -rf $W/ldap; mkdir -p $W/ldap/db
  cat > $W/ldap/slapd.conf <<E
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile $W/ldap/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $W/cert.pem
TLSCertificateKeyFile $W/key.pem
database mdb
suffix "dc=hospital,dc=example"
rootdn "cn=admin,dc=hospital,dc=example"
rootpw himitsu
directory $W/ldap/db
E
  cat > $W/ldap/base.ldif <<E
dn: dc=hospital,dc=example
objectClass: dcObject
objectClass: organization
o: Hospital
dc: hospital

dn: ou=staff,dc=hospital,dc=example
objectClass: organizationalUnit
ou: staff

dn: uid=taro,ou=staff,dc=hospital,dc=example
objectClass: inetOrgPerson
cn: Taro
sn: Yamada
uid: taro
E
  slapadd -f $W/ldap/slapd.conf -l $W/ldap/base.ldif >/dev/null 2>&1
  $S slapd -h ldap://10.77.0.1 -f $W/ldap/slapd.conf -d 0 >/dev/null 2>&1 & D=$!; sleep 1.5
  capture ldap openldap "port 389"
  $C ldapsearch -x -H ldap://10.77.0.1 -b "" -s base namingContexts vendorName >/dev/null 2>&1
  $C ldapsearch -x -H ldap://10.77.0.1 -D "cn=admin,dc=hospital,dc=example" -w himitsu -b "ou=staff,dc=hospital,dc=example" "(uid=taro)" >/dev/null 2>&1
  $C ldapwhoami -x -H ldap://10.77.0.1 -D "cn=admin,dc=hospital,dc=example" -w wrong >/dev/null 2>&1
  LDAPTLS_REQCERT=never $C ldapsearch -ZZ -x -H ldap://10.77.0.1 -b "" -s base >/dev/null 2>&1
  stop $D
}
mqtt() {
  printf 'listener 1883 10.77.0.1\nallow_anonymous true\n' > $W/mosq.conf
  $S mosquitto -c $W/mosq.conf >/dev/null 2>&1 & D=$!; sleep 1
  capture mqtt mosquitto "port 1883"
  $C timeout 4 mosquitto_sub -h 10.77.0.1 -i fridge-monitor -t 'hospital/+/temp' >/dev/null 2>&1 &
  sleep 1; $C mosquitto_pub -h 10.77.0.1 -i fridge-07 -u fridge -P himitsu -t hospital/lab/temp -m 4.1
  $C mosquitto_pub -V 5 -h 10.77.0.1 -i fridge-08 -t hospital/pharmacy/temp -m 4.4; sleep 3
  stop $D
}
ftp() {
  useradd -m -d $W/ftphome fxtaro 2>/dev/null; echo 'fxtaro:himitsu' | chpasswd; mkdir -p $W/ftphome; chown fxtaro $W/ftphome
  cat > $W/vsftpd.conf <<E
listen=YES
listen_address=10.77.0.1
local_enable=YES
write_enable=YES
anonymous_enable=NO
background=NO
seccomp_sandbox=NO
secure_chroot_dir=$W/empty
pam_service_name=vsftpd
E
  mkdir -p $W/empty; chown root $W/vsftpd.conf
  $S vsftpd $W/vsftpd.conf >/dev/null 2>&1 & D=$!; sleep 1
  echo data > $W/12345678_report.pdf
  capture ftp vsftpd "port 21"
  $C curl -s -T $W/12345678_report.pdf ftp://fxtaro:himitsu@10.77.0.1/incoming_12345678.pdf -m 5
  $C curl -s ftp://fxtaro:himitsu@10.77.0.1/incoming_12345678.pdf -o /dev/null -m 5
  $C curl -s ftp://fxtaro:wrong@10.77.0.1/ -o /dev/null -m 6
  stop $D; userdel fxtaro 2>/dev/null
}
telnet() {
  $S /usr/sbin/inetutils-inetd -d /dev/null >/dev/null 2>&1 &
  D=$!; kill $D 2>/dev/null
  $S $V/python - <<P & 
import socket,subprocess
s=socket.socket(); s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1); s.bind(("10.77.0.1",23)); s.listen(1); s.settimeout(12)
c,_=s.accept()
p=subprocess.Popen(["/usr/sbin/telnetd","-h"],stdin=c,stdout=c,stderr=c)
try: p.wait(8)
except Exception: p.kill()
P
  D=$!; sleep 1.5
  capture telnet inetutils "port 23"
  (sleep 2; printf 'taro\r'; sleep 2; printf 'himitsu\r'; sleep 2) | $C timeout 7 telnet 10.77.0.1 >/dev/null 2>&1
  stop $D
}
mail() {
  cat > $W/smtpd.py <<P
import asyncio, ssl
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
class H:
    async def handle_DATA(self, server, session, envelope): return '250 Message accepted'
ctx=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); ctx.load_cert_chain('$W/cert.pem','$W/key.pem')
c=Controller(H(),hostname='10.77.0.1',port=25,tls_context=ctx,authenticator=lambda *a: AuthResult(success=True),auth_require_tls=False)
c.start()
import time; time.sleep(12)
P
  $S $V/python $W/smtpd.py & D=$!; sleep 2
  capture smtp aiosmtpd "port 25"
  printf 'Subject: x\n\nhello\n.dot\n' > $W/mail.txt
  $C curl -s -m 5 smtp://10.77.0.1 --mail-from taro@hospital.example --mail-rcpt hanako@vendor.example -T $W/mail.txt
  $C curl -s -m 5 smtp://10.77.0.1 --login-options AUTH=PLAIN -u taro:himitsu --mail-from taro@hospital.example --mail-rcpt hanako@vendor.example -T $W/mail.txt
  $C curl -s -m 5 -k --ssl-reqd smtp://10.77.0.1 --mail-from taro@hospital.example --mail-rcpt hanako@vendor.example -T $W/mail.txt
  stop $D
}
postgresql() {
  rm -rf $W/pg; mkdir -p $W/pg; chown postgres $W/pg; chmod -R a+rX $W
  su postgres -c "/usr/lib/postgresql/15/bin/initdb -D $W/pg/d -A scram-sha-256 --pwfile=<(echo himitsu)" >/dev/null 2>&1 || su postgres -s /bin/bash -c "/usr/lib/postgresql/15/bin/initdb -D $W/pg/d -A scram-sha-256 --pwfile=<(echo himitsu)" >/dev/null 2>&1
  echo 'host all all 10.77.0.0/24 scram-sha-256' >> $W/pg/d/pg_hba.conf
  cp $W/cert.pem $W/key.pem $W/pg/d/; chown postgres $W/pg/d/*.pem; chmod 600 $W/pg/d/key.pem
  $S su postgres -s /bin/bash -c "/usr/lib/postgresql/15/bin/postgres -D $W/pg/d -c listen_addresses=10.77.0.1 -c unix_socket_directories=$W/pg -c ssl=on -c ssl_cert_file=cert.pem -c ssl_key_file=key.pem" >/dev/null 2>&1 & D=$!; sleep 3
  capture postgresql server15 "port 5432"
  PGPASSWORD=himitsu $C psql "host=10.77.0.1 user=postgres dbname=postgres sslmode=disable application_name=lis-batch" -c 'select 1' >/dev/null 2>&1
  PGPASSWORD=wrong $C psql "host=10.77.0.1 user=taro dbname=postgres sslmode=disable" -c 'select 1' >/dev/null 2>&1
  PGPASSWORD=himitsu $C psql "host=10.77.0.1 user=postgres dbname=postgres sslmode=require" -c 'select 1' >/dev/null 2>&1
  stop $D; kill $(head -1 $W/pg/d/postmaster.pid) 2>/dev/null
}
mysql() {
  rm -rf $W/my; mkdir -p $W/my; chown mysql $W/my; chmod -R a+rX $W
  mariadb-install-db --user=mysql --datadir=$W/my/d --skip-test-db >/dev/null 2>&1
  $S mariadbd --user=mysql --datadir=$W/my/d --socket=$W/my/s --bind-address=10.77.0.1 --pid-file=$W/my/p --skip-name-resolve >/dev/null 2>&1 & D=$!; sleep 4
  mariadb -S $W/my/s -e "create user lis@'%' identified by 'himitsu'; create database labo; grant all on labo.* to lis@'%'" 2>/dev/null
  capture mysql mariadb "port 3306"
  $C mariadb --skip-ssl -h 10.77.0.1 -ulis -phimitsu labo -e 'select 1' >/dev/null 2>&1
  $C mariadb --skip-ssl -h 10.77.0.1 -ulis -pwrong labo -e 'select 1' >/dev/null 2>&1
  stop $D; kill $(cat $W/my/p) 2>/dev/null
}
lldp() {
  capture lldp lldpd "ether proto 0x88cc or ether[20:2] = 0x2000"
  $C lldpd -d -i -c -M 1 -S "Hinomi lab switch 1.0" -u $W/lldpd.sock -I vc >/dev/null 2>&1 & D=$!; sleep 5
  $C lldpcli -u $W/lldpd.sock update >/dev/null 2>&1; sleep 2
  stop $D
}
wireguard() {
  umask 077; wg genkey > $W/ka; wg genkey > $W/kb
  WG_TUN_NAME_FILE=/dev/null $S wireguard-go -f wg0 >$W/wgs.log 2>&1 & G1=$!
  $C wireguard-go -f wg1 >$W/wgc.log 2>&1 & G2=$!; sleep 2
  $S wg set wg0 private-key $W/ka listen-port 51820 peer $(wg pubkey < $W/kb) allowed-ips 10.78.0.2/32
  $C wg set wg1 private-key $W/kb peer $(wg pubkey < $W/ka) allowed-ips 10.78.0.0/24 endpoint 10.77.0.1:51820
  $S ip addr add 10.78.0.1/24 dev wg0; $C ip addr add 10.78.0.2/24 dev wg1; 
  capture wireguard tunnel "udp port 51820"
  $S ip link set wg0 up; $C ip link set wg1 up; $C ping -c 5 -i 0.3 10.78.0.1 >/dev/null
  stop $G1 $G2; umask 022
}
openvpn() {
  command openvpn --genkey secret $W/ta.key; command openvpn --genkey tls-crypt-v2-server $W/tc.key 2>/dev/null
  for mode in plain tls-auth tls-crypt tcp; do
    X=""; XS=""; P=udp
    case $mode in tls-auth) X="--tls-auth $W/ta.key 1"; XS="--tls-auth $W/ta.key 0";; tls-crypt) X="--tls-crypt $W/ta.key"; XS="$X";; tcp) P=tcp;; esac
    PS=$P; PC=$P; [ $P = tcp ] && PS=tcp-server && PC=tcp-client
    $S openvpn --dev null --proto $PS --local 10.77.0.1 --port 1194 --tls-server --ca $W/cert.pem --cert $W/cert.pem --key $W/key.pem --dh none --verb 0 $XS >/dev/null 2>&1 & D=$!; sleep 0.7
    capture openvpn $mode "port 1194"
    $C timeout 5 openvpn --dev null --proto $PC --remote 10.77.0.1 1194 --tls-client --ca $W/cert.pem --cert $W/cert.pem --key $W/key.pem --verb 0 --ifconfig-noexec --route-noexec $X >/dev/null 2>&1
    stop $D
  done
}
sip() {
  $S $V/python -c "
import socket,re
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('10.77.0.1',5060)); s.settimeout(6)
" ; capture sip sipsak "port 5060"
  $C timeout 4 sipsak -s sip:nurse01@10.77.0.1 -A 1 >/dev/null 2>&1
  stop
}
modbus() {
  cat > $W/mb.py <<P
import asyncio
from pymodbus.server import StartAsyncTcpServer
from pymodbus import ModbusDeviceIdentification
from pymodbus.simulator import SimData, SimDevice, DataType
i=ModbusDeviceIdentification(info_name={'VendorName':'Minamoto Air','ProductCode':'AHU-9','MajorMinorRevision':'3.2','ProductName':'Air handler','ModelName':'AHU-9X'})
d=SimDevice(1, simdata=[SimData(0, values=[17]*100, datatype=DataType.REGISTERS)])
asyncio.run(StartAsyncTcpServer(d,identity=i,address=('10.77.0.1',502)))
P
  cat > $W/mbc.py <<P
from pymodbus.client import ModbusTcpClient
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest
c=ModbusTcpClient('10.77.0.1'); c.connect()
c.read_holding_registers(1,count=4); c.write_register(2,5); c.read_holding_registers(5000,count=4)
try: print(c.read_device_information(read_code=2,object_id=0))
except Exception as e: print(e)
c.close()
P
  timeout 30 $S $V/python $W/mb.py > $W/mb.log 2>&1 & D=$!; sleep 8
  capture modbus pymodbus "port 502"
  $C timeout 8 $V/python $W/mbc.py > $W/mbc.log 2>&1
  stop $D
}
bacnet() {
  cat > $W/bs.py <<P
import asyncio,sys
from bacpypes3.argparse import SimpleArgumentParser
from bacpypes3.app import Application
from bacpypes3.pdu import Address
async def main():
    args=SimpleArgumentParser().parse_args(sys.argv[1:])
    app=Application.from_args(args)
    await asyncio.sleep(10)
asyncio.run(main())
P
  cat > $W/bc.py <<P
import asyncio,sys
from bacpypes3.argparse import SimpleArgumentParser
from bacpypes3.app import Application
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import ObjectIdentifier
async def main():
    args=SimpleArgumentParser().parse_args(sys.argv[1:])
    app=Application.from_args(args)
    print(await asyncio.wait_for(app.who_is(timeout=2),4))
    a=Address('10.77.0.1')
    for p in ['object-name','vendor-name','model-name','firmware-revision','application-software-version']:
        try: print(p, await asyncio.wait_for(app.read_property(a,ObjectIdentifier('device,1207'),p),3))
        except Exception as e: print(p,e)
    try: print(await asyncio.wait_for(app.read_property(a,ObjectIdentifier('analog-input,99'),'present-value'),3))
    except Exception as e: print(e)
asyncio.run(main())
P
  timeout 14 $S $V/python $W/bs.py --address 10.77.0.1/24 --instance 1207 --name AHU-3F-OR --vendoridentifier 999 > $W/bs.log 2>&1 & D=$!; sleep 2
  capture bacnet bacpypes "udp port 47808"
  timeout 10 $C $V/python $W/bc.py --address 10.77.0.2/24 --instance 42 --name desk > $W/bc.log 2>&1
  stop $D
}
enip() {
  timeout 14 $S $V/python -m cpppo.server.enip -a 10.77.0.1:44818 SCADA=INT[10] >$W/enip.log 2>&1 & D=$!; sleep 3
  capture enip cpppo "port 44818"
  $C timeout 8 $V/python -m cpppo.server.enip.client -a 10.77.0.1 SCADA[1] > $W/enipc.log 2>&1
  $C timeout 6 $V/python -m cpppo.server.enip.list_services --list-identity -a 10.77.0.1 > $W/enipl.log 2>&1
  stop $D
}
s7() {
  cat > $W/s7s.py <<P
import snap7,time
from snap7.server import Server
s=Server(); 
try: s.start(tcp_port=102)
except TypeError: s.start(102)
time.sleep(10)
P
  cat > $W/s7c.py <<P
import snap7
c=snap7.client.Client(); c.connect('10.77.0.1',0,1)
for f in ('get_cpu_info','get_order_code','get_cpu_state','plc_stop'):
    try: print(f,getattr(c,f)())
    except Exception as e: print(f,e)
c.disconnect()
P
  timeout 14 $S $V/python $W/s7s.py > $W/s7s.log 2>&1 & D=$!; sleep 2
  capture s7 snap7 "port 102"
  $C timeout 8 $V/python $W/s7c.py > $W/s7c.log 2>&1
  stop $D
}
opcua() {
  cat > $W/uas.py <<P
import asyncio
from asyncua import Server
async def main():
    s=Server(); await s.init(); s.set_endpoint('opc.tcp://10.77.0.1:4840/hinomi/')
    async with s: await asyncio.sleep(50)
asyncio.run(main())
P
  cat > $W/uac.py <<P
import asyncio
from asyncua import Client
async def main():
    async with Client('opc.tcp://10.77.0.1:4840/hinomi/') as c: print(await c.nodes.server.read_browse_name())
asyncio.run(main())
P
  timeout 60 $S $V/python $W/uas.py > $W/uas.log 2>&1 & D=$!; sleep 25
  capture opcua asyncua "port 4840"
  $C timeout 12 $V/python $W/uac.py > $W/uac.log 2>&1
  stop $D
}
quic() {
  timeout 14 $S $V/python - > $W/qs.log 2>&1 <<P &
import asyncio
from aioquic.asyncio import serve
from aioquic.quic.configuration import QuicConfiguration
async def main():
    c=QuicConfiguration(is_client=False,alpn_protocols=['h3','hq-interop']); c.load_cert_chain('$W/cert.pem','$W/key.pem')
    await serve('10.77.0.1',443,configuration=c); await asyncio.sleep(10)
asyncio.run(main())
P
  D=$!; sleep 2
  cat > $W/qc.py <<P
import asyncio,ssl
from aioquic.asyncio import connect
from aioquic.quic.configuration import QuicConfiguration
async def main():
    c=QuicConfiguration(is_client=True,alpn_protocols=['h3'],server_name='cloud.vendor.example'); c.verify_mode=ssl.CERT_NONE
    async with connect('10.77.0.1',443,configuration=c) as p: await p.ping()
asyncio.run(main())
P
  capture quic aioquic "udp port 443"
  $C timeout 6 $V/python $W/qc.py > $W/qc.log 2>&1
  stop $D
}
dtls() {
  $S openssl s_server -dtls1_2 -accept 10.77.0.1:4433 -cert $W/cert.pem -key $W/key.pem -quiet >/dev/null 2>&1 & D=$!; sleep 1
  capture dtls openssl "udp port 4433"
  (sleep 1; echo hello; sleep 1) | $C timeout 4 openssl s_client -dtls1_2 -connect 10.77.0.1:4433 -servername pump-gw.hospital.example -quiet >/dev/null 2>&1
  stop $D
}
tls() {
  for v in tls1 tls1_1 tls1_2 tls1_3; do
    L="DEFAULT:@SECLEVEL=0"
    $S openssl s_server -$v -cipher $L -accept 10.77.0.1:443 -cert $W/cert.pem -key $W/key.pem -www >/dev/null 2>&1 & D=$!; sleep 0.7
    capture tls openssl-$v "port 443"
    (printf 'GET / HTTP/1.0\r\n\r\n'; sleep 1) | $C timeout 3 openssl s_client -$v -cipher $L -connect 10.77.0.1:443 -servername emr.hospital.example -alpn http/1.1 >/dev/null 2>&1
    stop $D
  done
  $S openssl s_server -tls1_2 -accept 10.77.0.1:443 -cert $W/cert.pem -key $W/key.pem -Verify 1 -CAfile $W/cert.pem -www >/dev/null 2>&1 & D=$!; sleep 0.7
  capture tls client-certificate "port 443"
  (printf 'GET / HTTP/1.0\r\n\r\n'; sleep 1) | $C timeout 3 openssl s_client -tls1_2 -connect 10.77.0.1:443 -cert $W/cert.pem -key $W/key.pem >/dev/null 2>&1
  $C timeout 3 openssl s_client -tls1_3 -connect 10.77.0.1:443 </dev/null >/dev/null 2>&1
  stop $D
}
http() {
  mkdir -p $W/www; echo '<html><head><title>Sumire Printing SM-550</title></head></html>' > $W/www/index.html
  cat > $W/nginx.conf <<E
worker_processes 1; pid $W/nginx.pid; error_log $W/nginx.err; daemon off;
events {}
http { access_log off; server { listen 10.77.0.1:8080; root $W/www; location /private { auth_basic "CT console"; auth_basic_user_file $W/htpasswd; } location /fhir { return 200 '{"a":1}'; } location /gone { return 503; } } }
E
  printf 'taro:%s\n' "$(openssl passwd -apr1 himitsu)" > $W/htpasswd; chmod -R a+rX $W
  $S nginx -c $W/nginx.conf >/dev/null 2>&1 & D=$!; sleep 1
  capture http nginx-cases "port 8080"
  $C curl -s -o /dev/null http://10.77.0.1:8080/ http://10.77.0.1:8080/fhir/Patient/12345678?_format=json http://10.77.0.1:8080/gone
  $C curl -s -o /dev/null -u taro:wrong http://10.77.0.1:8080/private
  $C curl -s -o /dev/null -X POST -H 'Transfer-Encoding: chunked' -d @$W/nginx.conf http://10.77.0.1:8080/fhir
  $C curl -s -I -o /dev/null http://10.77.0.1:8080/
  $C curl -s -o /dev/null --http2-prior-knowledge -m 2 http://10.77.0.1:8080/
  stop $D
}
rdp() {
  $S Xvfb :77 -screen 0 800x600x16 >/dev/null 2>&1 & X=$!
  cp /etc/xrdp/xrdp.ini $W/xrdp.ini; sed -i "s/^port=.*/port=tcp:\/\/10.77.0.1:3389/; s#^certificate=.*#certificate=$W/cert.pem#; s#^key_file=.*#key_file=$W/key.pem#" $W/xrdp.ini
  $S xrdp -n -c $W/xrdp.ini >/dev/null 2>&1 & D=$!; sleep 1.5
  Xvfb :78 -screen 0 800x600x16 >/dev/null 2>&1 & X2=$!; sleep 1
  capture rdp tls "port 3389"
  DISPLAY=:78 $C timeout 5 xfreerdp /v:10.77.0.1 /u:taro /p:himitsu /cert:ignore /sec:tls >/dev/null 2>&1
  stop
  capture rdp plain "port 3389"
  DISPLAY=:78 $C timeout 5 xfreerdp /v:10.77.0.1 /u:taro /p:himitsu /sec:rdp /client-hostname:VENDOR-PC >/dev/null 2>&1
  stop $D $X $X2
}
smb() {
  rm -rf $W/smb; mkdir -p $W/smb/share $W/smb/state; chmod 777 $W/smb/share; echo x > $W/smb/share/readme.txt
  cat > $W/smb/smb.conf <<E
[global]
 workgroup = HOSPITAL
 netbios name = FILES2
 interfaces = 10.77.0.1/24
 bind interfaces only = yes
 server min protocol = NT1
 ntlm auth = yes
 map to guest = Bad User
 private dir = $W/smb/state
 lock directory = $W/smb/state
 state directory = $W/smb/state
 cache directory = $W/smb/state
 pid directory = $W/smb/state
 ncalrpc dir = $W/smb/state/nc
 log file = $W/smb/log
[share]
 path = $W/smb/share
 read only = no
 guest ok = yes
E
  useradd -M fxsmb 2>/dev/null; printf 'himitsu\nhimitsu\n' | smbpasswd -c $W/smb/smb.conf -s -a fxsmb >/dev/null 2>&1
  $S smbd -F --no-process-group -s $W/smb/smb.conf >/dev/null 2>&1 & D=$!
  $S nmbd -F --no-process-group -s $W/smb/smb.conf >/dev/null 2>&1 & D2=$!; sleep 2
  capture browser nmbd "udp port 138"; CAPB=$CAP
  cp /etc/hostname $W/up.txt
  capture smb version2 "port 445"
  $C smbclient //10.77.0.1/share -U 'HOSPITAL\fxsmb%himitsu' -m SMB3 -c "put $W/up.txt 12345678_yamada.docx; rename 12345678_yamada.docx 12345678_yamada.docx.locked; get readme.txt $W/down.txt; put $W/up.txt RECOVER_FILES.txt; del 12345678_yamada.docx.locked; ls" >/dev/null 2>&1
  $C smbclient //10.77.0.1/share -U 'fxsmb%wrong' -m SMB3 -c ls >/dev/null 2>&1
  stop
  capture smb version1 "port 445"
  $C smbclient //10.77.0.1/share -U 'HOSPITAL\fxsmb%himitsu' -m NT1 --option='client min protocol=NT1' -c "put $W/up.txt 12345678_yamada.docx; rename 12345678_yamada.docx b.docx; get readme.txt $W/down.txt; del b.docx; ls" >/dev/null 2>&1
  stop
  capture smb session-139 "port 139"
  $C smbclient -p 139 //10.77.0.1/share -U 'HOSPITAL\fxsmb%himitsu' -m SMB2 -c ls >/dev/null 2>&1
  stop
  capture nbns status "udp port 137"
  $C nmblookup -s /dev/null -B 10.77.0.255 FILES2 >/dev/null 2>&1; $C nmblookup -A 10.77.0.1 >/dev/null 2>&1; $C nmblookup -B 10.77.0.255 NOSUCH >/dev/null 2>&1
  stop; sleep 8; CAP=$CAPB
  stop $D $D2; userdel fxsmb 2>/dev/null
}
dhcp() {
  $S dnsmasq -d -p 0 --interface=vs --bind-interfaces --dhcp-range=10.77.0.100,10.77.0.150,1h --dhcp-option=15,hospital.example --dhcp-leasefile=$W/leases --dhcp-range=fd77::100,fd77::200,64,1h --enable-ra >/dev/null 2>&1 & D=$!; sleep 1
  ip -n hs addr add fd77::1/64 dev vs 2>/dev/null; sleep 2
  capture dhcp dnsmasq-v4 "udp port 67 or udp port 68"
  $C timeout 6 udhcpc -i vc -n -q -f -x hostname:pump-17 -V "KomorebiPump" -s /bin/true >/dev/null 2>&1
  $C timeout 8 dhclient -d -v -1 -sf /bin/true -lf $W/dl -pf $W/dp vc >/dev/null 2>&1
  stop
  capture dhcp dnsmasq-v6 "udp port 546 or udp port 547"
  $C timeout 8 dhclient -6 -d -v -1 -sf /bin/true -lf $W/dl6 -pf $W/dp6 vc >/dev/null 2>&1
  stop
  capture nd router "icmp6"
  $C ip link set vc down; $C ip link set vc up; sleep 5; ping -c1 127.0.0.1 >/dev/null
  stop $D
  $C ip addr add 10.77.0.2/24 dev vc 2>/dev/null
}
llmnr() {
  capture llmnr nmap "udp port 5355"
  $C timeout 10 nmap --script llmnr-resolve --script-args 'llmnr-resolve.hostname=emr,llmnr-resolve.timeout=2s' -e vc 10.77.0.1 -sn -n >/dev/null 2>&1
  stop
}
ike() {
  mkdir -p $W/ike/s $W/ike/c
  for n in s c; do
  cat > $W/ike/$n/strongswan.conf <<E
charon-systemd { }
charon {
  load_modular = no
  load = random nonce aes sha1 sha2 hmac kdf curve25519 gmp openssl kernel-netlink socket-default stroke vici updown
  plugins { vici { socket = unix://$W/ike/$n/vici } }
  send_vendor_id = yes
  filelog { stderr { default = 0 } }
  piddir = $W/ike/$n
}
E
  done
  cat > $W/ike/s/swanctl.conf <<E
connections { t { version = 0
 local_addrs = 10.77.0.1
 local { auth = psk
 id = gw }
 remote { auth = psk }
 children { n { local_ts = 10.78.0.0/24 } } } }
secrets { ike-1 { secret = himitsu } }
E
  cat > $W/ike/c/swanctl.conf <<E
connections { t { version = 2
 local_addrs = 10.77.0.2
 remote_addrs = 10.77.0.1
 local { auth = psk
 id = vendor }
 remote { auth = psk
 id = gw }
 children { n { remote_ts = 10.78.0.0/24 } } } }
secrets { ike-1 { secret = himitsu } }
E
  for n in s c; do NS=$S; [ $n = c ] && NS=$C; STRONGSWAN_CONF=$W/ike/$n/strongswan.conf $NS /usr/sbin/charon-systemd >$W/ike/$n.log 2>&1 & eval D$n=$!; done
  sleep 2
  STRONGSWAN_CONF=$W/ike/s/strongswan.conf swanctl --load-all --file $W/ike/s/swanctl.conf --uri unix://$W/ike/s/vici > $W/ike/load.log 2>&1
  capture ike strongswan "udp port 500 or udp port 4500 or esp"
  STRONGSWAN_CONF=$W/ike/c/strongswan.conf swanctl --load-all --file $W/ike/c/swanctl.conf --uri unix://$W/ike/c/vici >> $W/ike/load.log 2>&1
  timeout 6 swanctl --initiate --child n --uri unix://$W/ike/c/vici >> $W/ike/load.log 2>&1
  stop $Ds $Dc
}
stun() {
  $S turnserver -n -L 10.77.0.1 --no-tls --no-dtls --no-cli --log-file stdout --pidfile $W/turn.pid >/dev/null 2>&1 & D=$!; sleep 2
  capture stun coturn "udp port 3478"
  $C turnutils_stunclient 10.77.0.1 >/dev/null 2>&1
  stop $D
}
ptp() {
  capture ptp linuxptp "udp port 319 or udp port 320"
  $S timeout 17 ptp4l -i vs -S -m --priority1 10 >$W/ptps.log 2>&1 & 
  $C timeout 17 ptp4l -i vc -S -s -m >$W/ptpc.log 2>&1
  stop
}
announce() {
  capture browser announcement "udp port 138"
  $S nmbd -F --no-process-group -s $W/smb/smb.conf >/dev/null 2>&1 & D2=$!; sleep 28
  stop $D2
}
pptp() {
  printf 'option $W/pptpd.opt\nlocalip 10.79.0.1\nremoteip 10.79.0.10-20\nlisten 10.77.0.1\n' > $W/pptpd.conf; echo 'noauth' > $W/pptpd.opt
  $S pptpd -f -c $W/pptpd.conf > $W/pptpd.log 2>&1 & D=$!; sleep 1
  capture pptp pptpd "tcp port 1723"
  $C timeout 6 pptp 10.77.0.1 --nolaunchpppd > $W/pptp.log 2>&1
  stop $D
}
l2tp() {
  mkdir -p $W/l2s $W/l2c /var/run/xl2tpd
  printf '[global]\nport=1701\nlisten-addr=10.77.0.1\n[lns default]\nip range=10.79.1.10-10.79.1.20\nlocal ip=10.79.1.1\nrequire authentication=no\n' > $W/l2s/c
  printf '[global]\nlisten-addr=10.77.0.2\n[lac v]\nlns=10.77.0.1\nautodial=yes\n' > $W/l2c/c
  $S xl2tpd -D -c $W/l2s/c -p $W/l2s/p -C $W/l2s/ctl > $W/l2s.log 2>&1 & D=$!; sleep 1
  capture l2tp xl2tpd "udp port 1701"
  $C timeout 5 xl2tpd -D -c $W/l2c/c -p $W/l2c/p -C $W/l2c/ctl > $W/l2c.log 2>&1
  stop $D
}
rtsp() {
  $S timeout 20 /usr/bin/python3 $W/rtsps.py > $W/rtsps.log 2>&1 & D=$!; sleep 3
  capture rtsp gstreamer "tcp port 8554"
  cat > $W/rtspc.py <<P
import gi
gi.require_version('Gst','1.0')
from gi.repository import Gst, GLib
Gst.init(None)
p=Gst.parse_launch('rtspsrc location=rtsp://10.77.0.1:8554/or1/room protocols=tcp user-agent=endoscope-viewer ! fakesink'); p.set_state(Gst.State.PLAYING)
l=GLib.MainLoop(); GLib.timeout_add(1200,lambda: l.quit()); l.run(); p.set_state(Gst.State.NULL)
P
  $C timeout 6 /usr/bin/python3 $W/rtspc.py > $W/rtspc.log 2>&1
  stop $D
}
ipp() {
  rm -rf $W/cups; mkdir -p $W/cups/spool $W/cups/cache $W/cups/state
  printf "FileDevice Yes\nServerRoot $W/cups\nRequestRoot $W/cups/spool\nCacheDir $W/cups/cache\nStateDir $W/cups/state\nErrorLog stderr\nSystemGroup root\n" > $W/cups/cups-files.conf
  printf "Listen 10.77.0.1:631\nBrowsing Off\nDefaultAuthType None\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n" > $W/cups/cupsd.conf
  printf "<Printer ward3>\nInfo Ward 3 printer\nLocation Ward 3\nMakeModel Sumire Printing SM-550\nDeviceURI file:/dev/null\nState Idle\nAccepting Yes\nShared Yes\n</Printer>\n" > $W/cups/printers.conf
  $S cupsd -f -c $W/cups/cupsd.conf -s $W/cups/cups-files.conf > $W/cups.log 2>&1 & D=$!; sleep 2
  capture http cups-ipp "tcp port 631"
  # A Get-Printer-Attributes request as ipptool sends it, kept in get-printer-attributes.ipp.
  $C curl -s -m 5 -H "Content-Type: application/ipp" --data-binary @$W/get-printer-attributes.ipp http://10.77.0.1:631/printers/ward3 -o /dev/null
  stop $D
}
cdp() {
  capture cdp lldpd "ether[20:2] = 0x2000"
  $C lldpd -d -cccc -l -M 1 -S "Hinomi lab switch 1.0" -P "HL-2400" -u $W/lldpd.sock -I vc >/dev/null 2>&1 & D=$!; sleep 4
  $C lldpcli -u $W/lldpd.sock update >/dev/null 2>&1; sleep 2
  stop $D
}
stp() {
  capture stp linux-bridge "stp"
  $S ip link add br7 type bridge stp_state 1 && $S ip link set vs master br7 && $S ip link set br7 up; sleep 6
  stop; $S ip link del br7
}
eapol() {
  cat > $W/hostapd.conf <<E
interface=vs
driver=wired
ieee8021x=1
eap_server=1
eap_user_file=$W/eapu
use_pae_group_addr=1
E
  printf '"taro" MD5 "himitsu"\n"host/pc01" MD5 "x"\n' > $W/eapu
  printf 'ap_scan=0\nnetwork={\nkey_mgmt=IEEE8021X\neap=MD5\nidentity="taro"\npassword="himitsu"\neapol_flags=0\n}\n' > $W/wpa.conf
  capture eapol hostapd "ether proto 0x888e"
  $S hostapd $W/hostapd.conf >/dev/null 2>&1 & D=$!; sleep 1
  $C timeout 6 wpa_supplicant -D wired -i vc -c $W/wpa.conf > $W/wpa.log 2>&1
  stop $D
}
mailbox() {
  mkdir -p $W/dv; cat > $W/dv/dovecot.conf <<E
base_dir = $W/dv/run
state_dir = $W/dv/state
protocols = imap pop3
listen = 10.77.0.1
ssl = yes
ssl_cert = <$W/cert.pem
ssl_key = <$W/key.pem
disable_plaintext_auth = no
log_path = $W/dv/log
mail_location = mbox:$W/dv/mail/%u
default_internal_user = dovecot
default_login_user = dovenull
passdb {
 driver = static
 args = password=himitsu
}
userdb {
 driver = static
 args = uid=nobody gid=nogroup home=$W/dv/mail
}
E
  mkdir -p $W/dv/mail; chmod 777 $W/dv/mail; chmod -R a+rX $W
  $S dovecot -F -c $W/dv/dovecot.conf > $W/dv/out 2>&1 & D=$!; sleep 2
  capture imap dovecot "tcp port 143"
  $C curl -s -m 4 -u taro:himitsu imap://10.77.0.1/ -X NOOP >/dev/null; $C curl -s -m 6 --login-options AUTH=PLAIN -u taro:wrong imap://10.77.0.1/ >/dev/null
  (sleep 0.5; printf 'a LOGIN taro himitsu\r\n'; sleep 0.5; printf 'b LOGOUT\r\n'; sleep 0.5) | $C timeout 4 telnet 10.77.0.1 143 >/dev/null
  $C curl -s -k -m 4 --ssl-reqd -u taro:himitsu imap://10.77.0.1/ -X NOOP >/dev/null
  stop
  capture pop3 dovecot "tcp port 110"
  (sleep 0.5; printf 'USER taro\r\n'; sleep 0.3; printf 'PASS himitsu\r\n'; sleep 0.5; printf 'QUIT\r\n'; sleep 0.3) | $C timeout 4 telnet 10.77.0.1 110 >/dev/null
  (sleep 0.5; printf 'USER taro\r\n'; sleep 0.3; printf 'PASS wrong\r\n'; sleep 3; printf 'QUIT\r\n'; sleep 0.3) | $C timeout 7 telnet 10.77.0.1 110 >/dev/null
  $C curl -s -k -m 4 --ssl-reqd -u taro:himitsu pop3://10.77.0.1/ >/dev/null
  stop $D
}
knx() {
  $S knxd -e 1.1.5 -E 1.1.30:4 -n AHU-gateway -D -T -S:vs -b dummy: > $W/knx.log 2>&1 & D=$!; sleep 1.5
  cat > $W/knxc.py <<P
import asyncio
from xknx import XKNX
from xknx.io import ConnectionConfig, ConnectionType, GatewayScanner
async def main():
    x=XKNX()
    s=GatewayScanner(x,local_ip='10.77.0.2',timeout_in_seconds=2)
    print(await s.scan())
    x=XKNX(connection_config=ConnectionConfig(connection_type=ConnectionType.TUNNELING,gateway_ip='10.77.0.1',local_ip='10.77.0.2'))
    async with x: await asyncio.sleep(1)
asyncio.run(main())
P
  capture knx knxd "udp port 3671"
  $C timeout 12 $V/python $W/knxc.py > $W/knxc.log 2>&1
  stop $D
}
dlna() {
  mkdir -p $W/dlna; printf "network_interface=vs\nport=8200\nmedia_dir=$W/dlna\ndb_dir=$W/dlna/db\nlog_dir=$W/dlna\nfriendly_name=Ward display\nserial=SN-0042\nmodel_number=7\n" > $W/dlna.conf
  capture ssdp minidlna "udp port 1900"
  $S minidlnad -d -f $W/dlna.conf -P $W/dlna.pid > $W/dlna.log 2>&1 & D=$!; sleep 3
  $C timeout 4 $V/python -c "
from ssdpy import SSDPClient
print(SSDPClient(address='10.77.0.2').m_search('ssdp:all', mx=1))" > $W/ssdpc.log 2>&1
  stop; capture http upnp-description "tcp port 8200"
  $C curl -s -m 4 http://10.77.0.1:8200/rootDesc.xml >/dev/null
  stop $D
}
"$@"
