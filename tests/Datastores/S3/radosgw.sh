#!/usr/bin/env bash
# radosgw.sh MONITOR_PORT GATEWAY_PORT ACCESS_KEY SECRET_KEY
# A Ceph of one monitor, one disk in memory and one S3 gateway, all on loopback. Says `ready` when it serves, and ends when its standard input does.
set -euo pipefail
monitor=$1 gateway=$2
home=$(mktemp -d -t radosgw-XXXXXX)
daemons=()

finish() {
  [ ${#daemons[@]} -eq 0 ] || kill -KILL "${daemons[@]}" 2> /dev/null || true
  wait
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# run LOG PROGRAM ARGUMENT...: in the background, to be ended with this script.
run() {
  "${@:2}" < /dev/null > "$home/$1.log" 2>&1 &
  daemons+=($!)
}

mkdir "$home/mon" "$home/osd" "$home/rgw"
cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)
export CEPH_CONF=$home/ceph.conf CEPH_ARGS=

# Nothing is signed, encrypted or copied between the three, and nothing outlives them. (The gateway would insist on an encrypted monitor.)
cat > "$CEPH_CONF" << CONFIGURATION
[global]
fsid = $cluster
mon_host = v2:127.0.0.1:$monitor
mon_initial_members = only
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
run_dir = $home
pid_file = $home/\$name.pid
admin_socket = $home/\$name.asok
log_file =
crash_dir = $home
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 2
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
mon_data = $home/mon
osd_data = $home/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_class_load_list = *
osd_class_default_list = *
rgw_data = $home/rgw
rgw_frontends = beast endpoint=127.0.0.1:$gateway tcp_nodelay=1
rgw_thread_pool_size = 16
rgw_crypt_require_ssl = false
CONFIGURATION

{
  monmaptool --create --fsid "$cluster" --addv only "[v2:127.0.0.1:$monitor]" "$home/monmap"
  ceph-mon --mkfs -i only --monmap "$home/monmap"
} > "$home/prepare.log" 2>&1 || { cat "$home/prepare.log" >&2; exit 1; }
run mon ceph-mon -f -i only
{
  timeout 60 ceph osd new "$disk"
  ceph-osd --mkfs -i 0 --osd-uuid "$disk"
} > "$home/disk.log" 2>&1 || { cat "$home/disk.log" "$home/mon.log" >&2; exit 1; }
run osd ceph-osd -f -i 0
timeout 60 radosgw-admin -n client.rgw user create --uid contract --display-name contract --access-key "$3" --secret-key "$4" > "$home/user.log" 2>&1 ||
  { cat "$home/user.log" "$home/osd.log" >&2; exit 1; }
run gateway radosgw -f -n client.rgw

for ((tries = 0; tries < 600; tries++)); do
  if (: < "/dev/tcp/127.0.0.1/$gateway") 2> /dev/null; then
    echo ready
    cat > /dev/null
    exit 0
  fi
  kill -0 "${daemons[-1]}" 2> /dev/null || break
  sleep 0.05
done
cat "$home"/*.log >&2
exit 1
