#!/bin/sh
# check-glibc.sh FILE HIGHEST: fails when FILE needs a newer glibc than HIGHEST.
set -eu
needed=$(readelf --version-info --wide "$1" | grep -oE 'GLIBC_[0-9]+(\.[0-9]+)+' | sort -uV | tail -n 1)
if [ -z "$needed" ]; then
  echo "check-glibc : error : $1 names no version of glibc"
  exit 1
fi
if [ "$(printf '%s\n' "$needed" "GLIBC_$2" | sort -V | tail -n 1)" != "GLIBC_$2" ]; then
  echo "check-glibc : error : $1 needs $needed, but where it runs there is GLIBC_$2: publish it on an older system"
  exit 1
fi
echo "$1 needs $needed"
