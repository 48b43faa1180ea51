#!/bin/sh
# Starts MongoDB as a replica set of one that asks for a password. Members of a replica set share a key;
# this one is made at every start, as there is nobody to share it with.
set -eu

umask 077
head -c 512 /dev/urandom | base64 -w 0 > /tmp/replica.key
chown mongodb:mongodb /tmp/replica.key
exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile /tmp/replica.key
