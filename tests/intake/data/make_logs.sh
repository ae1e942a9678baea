#!/bin/sh
# Makes `servers.real.log` again (root; needs openssh-server, openvpn, rsyslog, sshpass): real sshd and OpenVPN in
# namespaces of their own, written down by a real rsyslog. usage: make_logs.sh [OUT]
set -eu
out=$(realpath -m "${1:-$(dirname "$0")/servers.real.log}")
work=$(mktemp -d)
export out work
trap 'rm -rf "$work"' EXIT
exec unshare --net --mount --pid --fork --kill-child --mount-proc --uts sh -eu -c '
hostname vpn-gate
ip link set lo up
ip addr add 198.51.100.7/32 dev lo
ip addr add 192.0.2.1/32 dev lo
mount -t tmpfs none /run
mkdir -p /run/sshd
cd "$work"
cat > rsyslog.conf <<R
module(load="imuxsock" SysSock.Name="$work/log")
\$FileCreateMode 0644
*.* action(type="omfile" file="$out.part" template="RSYSLOG_TraditionalFileFormat")
R
rsyslogd -n -f rsyslog.conf -i "$work/pid" &
sleep 2
touch /dev/log 2>/dev/null || true
mount --bind "$work/log" /dev/log
ssh-keygen -q -t ed25519 -N "" -f host
ssh-keygen -q -t ed25519 -N "" -f user
cp user.pub keys; chmod 600 keys
/usr/sbin/sshd -f /dev/null -h "$work/host" -p 22 -o ListenAddress=192.0.2.1 -o AuthorizedKeysFile="$work/keys" \
    -o StrictModes=no -o PermitRootLogin=yes -o UsePAM=no -o PidFile=none
o="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BindAddress=198.51.100.7 -o ConnectTimeout=5"
for n in 1 2 3; do ssh $o -o BatchMode=yes -o IdentityFile=/dev/null -o IdentitiesOnly=yes nobody$n@192.0.2.1 true || true; done
ssh $o -o BatchMode=yes -i user root@192.0.2.1 true
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=ca -keyout ca.key -out ca.crt
for who in server client1; do
    openssl req -newkey rsa:2048 -nodes -subj /CN=$who -keyout $who.key -out $who.csr
    openssl x509 -req -in $who.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9 -out $who.crt
done
openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=stranger -keyout stranger.key -out stranger.crt
openvpn --syslog openvpn --daemon --dev tun0 --server 10.8.0.0 255.255.255.0 --local 192.0.2.1 --proto udp --dh none --verb 3 \
    --ca ca.crt --cert server.crt --key server.key --topology subnet --keepalive 1 4 --hand-window 5 --cipher AES-256-GCM
sleep 1
port=51000
for who in client1 stranger; do
    timeout 9 openvpn --dev tun1 --client --ifconfig-noexec --route-noexec --remote 192.0.2.1 --proto udp --local 198.51.100.7 --lport $port --ca ca.crt \
        --cert $who.crt --key $who.key --explicit-exit-notify 1 --hand-window 5 --connect-retry-max 1 --verb 1 >/dev/null || true
    port=51001
done
sleep 6
mv "$out.part" "$out"
'
