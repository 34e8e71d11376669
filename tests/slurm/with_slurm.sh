#!/bin/sh
# Start a SLURM of one node on this machine, run a command beside it, stop it again:
#
#   sh tests/slurm/with_slurm.sh COMMAND ...
#
# Needs root and Debian's slurm-wlm and munge, which it installs. Everything lies in a temporary folder; the
# configuration is mounted over /etc/slurm for these processes alone, since the executor's job step does not hand
# SLURM_CONF on. No database, no cgroups, no systemd.
set -eu

[ "$(id -u)" = 0 ] || { echo "SLURM is started for this test by root alone." >&2; exit 1; }
if ! command -v slurmctld munged >/dev/null; then
    echo "Installing SLURM with apt-get (only once) ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -qq --yes --no-install-recommends slurm-wlm munge >/dev/null
fi
if [ -z "${IN_NAMESPACE-}" ]; then
    export IN_NAMESPACE=1
    exec unshare --mount --propagation private sh "$0" "$@"
fi

folder=$(mktemp -d)
host=$(hostname -s)
stop() {
    scancel --user=root 2>/dev/null || true
    for _ in $(seq 60); do [ -n "$(squeue -h -o %i 2>/dev/null)" ] || break; sleep 0.5; done
    for name in slurmd slurmctld munged; do
        pid=$(cat "$folder/run/$name.pid" 2>/dev/null) || continue
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 60); do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
    done
    umount /etc/slurm
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

for name in etc munge state spool run log; do mkdir -m 755 "$folder/$name"; done
chmod 755 "$folder"
chmod 700 "$folder/state"
head -c 128 /dev/urandom >"$folder/munge/key"
chmod 600 "$folder/munge/key"
cat >"$folder/etc/slurm.conf" <<EOF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket=$folder/munge/socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/jobs.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1
MpiDefault=none
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SwitchType=switch/none
ReturnToService=2
EnforcePartLimits=ALL
MinJobAge=86400
KillWait=5
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=300
JobRequeue=0
$(slurmd -C | sed -n "s/^NodeName=[^ ]*/NodeName=$host NodeAddr=127.0.0.1/p") State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
mkdir -p /etc/slurm
mount --bind "$folder/etc" /etc/slurm

munged --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/run/munged.pid" \
    --log-file="$folder/log/munged.log" --seed-file="$folder/munge/seed"
slurmctld -c
slurmd
for _ in $(seq 100); do [ "$(sinfo -h -N -o %T 2>/dev/null)" != idle ] || break; sleep 0.1; done
[ "$(sinfo -h -N -o %T)" = idle ] || { cat "$folder"/log/*.log >&2; exit 1; }

SLURM_OF_TEST="$folder" "$@"
