#!/usr/bin/env bash
# `make demo` on a bare Debian 12: an installation of nothing but python3, python3-venv and make, made with debootstrap in
# a folder, and in it a clone of this repository, as an ordinary user.
#
#   sudo tools/bare_debian.sh [FOLDER] [COMMAND …]      default: a folder of its own, removed afterwards; make demo
#
# Packages come from where this machine's apt and pip take theirs. Exit code: the command's own.
set -euo pipefail
root=${1:-$(mktemp -d /tmp/bare-debian.XXXXXX)}
keep=${1:-}
[ $# -le 1 ] && command=(make demo) || command=("${@:2}")
suite=bookworm
here=$(cd "$(dirname "$0")/.." && pwd)

[ "$(id -u)" = 0 ] || { echo "bare_debian: run it as root: debootstrap and chroot need it" >&2; exit 2; }
command -v debootstrap >/dev/null || apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || { echo "bare_debian: apt on this machine knows no $suite main" >&2; exit 2; }

if [ ! -x "$root/usr/bin/make" ]; then
    echo "bare Debian 12 into $root ..."
    debootstrap --variant=minbase --include=python3,python3-venv,make "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -5 "$root.log" >&2; exit 2; }
    chroot "$root" useradd --create-home demo
fi

# How this machine reaches its package index: names, certificates, pip's settings. Nothing else comes along.
cp /etc/resolv.conf /etc/hosts "$root/etc/"
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
settings=()
while IFS='=' read -r name value; do
    case $name in
    PIP_FIND_LINKS) ;;
    PIP_* | SSL_CERT_FILE | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY)
        settings+=("$name=$value")
        ;;
    esac
done < <(env)
for authority in "${PIP_CERT:-}" "${SSL_CERT_FILE:-}"; do
    [ -z "$authority" ] || install -D -m 644 "$authority" "$root$authority"
done

rm -rf "$root/home/demo/steerclear"
git -c safe.directory="$here" clone --quiet --no-hardlinks "$here" "$root/home/demo/steerclear"
chroot "$root" chown -R demo: /home/demo/steerclear

echo "$(cat "$root/etc/debian_version") with $(chroot "$root" python3 --version)," \
    "$(chroot "$root" dpkg-query -f '.\n' -W | wc -l) packages; ${command[*]} at $(git -C "$here" rev-parse --short HEAD):"
began=$(date +%s)
status=0
# A mount namespace of its own: /proc is gone with it, and nothing of this machine is mounted below the folder.
unshare --mount --pid --fork sh -c '
    mount -t proc proc "$0/proc" && cd / && exec chroot --userspec=demo:demo "$0" env -i \
        HOME=/home/demo PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@"' \
    "$root" "${settings[@]}" sh -c 'cd /home/demo/steerclear && exec "$@"' sh "${command[@]}" </dev/null || status=$?
echo "exit $status after $(($(date +%s) - began)) s"
[ -n "$keep" ] || rm -rf "$root" "$root.log"
exit $status
