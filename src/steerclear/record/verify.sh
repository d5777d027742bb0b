#!/bin/sh
# Checks the entries of this evidence kit with sh, openssl (3.0 or newer), sha256sum and the usual text tools.
#
#   sh verify.sh [ROOT-FINGERPRINT ...]
#
# A root fingerprint is a party's id, 32 hex digits, which you have from that party and not from this kit.
# Exit: 0 verified, 1 not, 3 consistent in itself but no fingerprints were given to compare with.
# It reads nothing outside this folder, needs no network, and takes nothing on trust but openssl and sha256sum.
# Left out here, done by `steerclear verify`: ML-DSA-44 cosignatures, whole logs (span), fork proofs, no-reply
# certificates, root keys that were renewed, officers' keys that registrars added. It stops where it would need
# one of these to go on, and names what it passed over.

LC_ALL=C
export LC_ALL
cd "$(dirname "$0")" || exit 1
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
trap 'exit 1' HUP INT TERM
ROOTS="$*"
DASH=$(printf '\342\200\224')

die() {
    echo "NOT VERIFIED"
    echo "  $1"
    exit 1
}

# hex digits on standard input -> bytes
unhex() {
    for byte in $(sed 's/../& /g'); do
        # shellcheck disable=SC2059
        printf "\\$(printf %03o "0x$byte")"
    done
}

# bytes on standard input -> hex digits
hex() { od -An -v -tx1 | tr -d ' \n'; }

sha() { openssl dgst -sha256 -binary; }

# base64 text -> bytes in a file; refuses what would not encode back to itself
unbase64() {
    printf '%s' "$1" | openssl base64 -d -A >"$2" 2>/dev/null || die "$3: bad base64"
    [ "$(openssl base64 -A -in "$2")" = "$1" ] || die "$3: bad base64"
}

# note file -> PREFIX.text and PREFIX.sigs, parted at the last empty line
split_note() {
    if [ ! -f "$1" ]; then die "$1 is missing"; fi
    if [ -n "$(tail -c 1 "$1" | tr -d '\n')" ]; then die "$1: the last line has no end"; fi
    if [ "$(tr -d '\000-\011\013-\037' <"$1" | wc -c)" -ne "$(wc -c <"$1")" ]; then
        die "$1: a control character"
    fi
    last=$(grep -a -n '^$' "$1" | tail -n 1 | cut -d: -f1)
    if [ -z "$last" ]; then die "$1: not a signed note"; fi
    head -n "$((last - 1))" "$1" >"$2.text"
    tail -n "+$((last + 1))" "$1" >"$2.sigs"
    if [ ! -s "$2.sigs" ] || [ ! -s "$2.text" ]; then die "$1: not a signed note"; fi
    while IFS= read -r line; do
        case $line in
            "$DASH "*' '*) ;;
            *) die "$1: not a signature line: $line" ;;
        esac
    done <"$2.sigs"
}

# name, algorithm in hex, public key in hex -> key id in hex
key_id() {
    { printf '%s\n' "$1"; printf '%s%s' "$2" "$3" | unhex; } | sha | head -c 4 | hex
}

# public key in hex, message file, signature file -> true or false
ed25519() {
    printf '302a300506032b6570032100%s' "$1" | unhex >"$TMP/key.der"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$TMP/key.der" -rawin -in "$2" -sigfile "$3" \
        >/dev/null 2>&1
}

# PREFIX, name, algorithm, public key: writes the key's signature lines to $TMP/mine.N; sets FOUND
lines_of() {
    FOUND=0
    wanted=$(key_id "$2" "$3" "$4")
    while IFS= read -r line; do
        rest=${line#"$DASH "}
        if [ "${rest% *}" != "$2" ]; then continue; fi
        unbase64 "${rest##* }" "$TMP/line" "$2"
        if [ "$(head -c 4 "$TMP/line" | hex)" != "$wanted" ]; then continue; fi
        FOUND=$((FOUND + 1))
        tail -c +5 "$TMP/line" >"$TMP/mine.$FOUND"
    done <"$1.sigs"
}

# PREFIX, name, public key: true if the key signed the text; a bad line by the key ends everything
signed_by() {
    lines_of "$1" "$2" 01 "$3"
    [ "$FOUND" -gt 0 ] || return 1
    while [ "$FOUND" -gt 0 ]; do
        ed25519 "$3" "$1.text" "$TMP/mine.$FOUND" || die "a bad signature by $2"
        FOUND=$((FOUND - 1))
    done
}

# vkey -> NAME, ALGORITHM, PUBLIC (hex), with the key id checked
read_vkey() {
    NAME=${1%%+*}
    rest=${1#*+}
    unbase64 "${rest#*+}" "$TMP/vkey" "key $NAME"
    raw=$(hex <"$TMP/vkey")
    PUBLIC=${raw#??}
    ALGORITHM=${raw%"$PUBLIC"}
    [ "$(key_id "$NAME" "$ALGORITHM" "$PUBLIC")" = "${rest%%+*}" ] || die "key $NAME: wrong key id"
}

# JSON line in a file, name -> the first (or last) string, number or list of that name
first() { grep -a -o "\"$2\":$3" "$1" | head -n 1 | sed "s/^\"$2\"://; s/\"//g"; }
final() { grep -a -o "\"$2\":$3" "$1" | tail -n 1 | sed "s/^\"$2\"://; s/\"//g"; }
TEXT='"[^"\\]*"'
NUMBER='[0-9][0-9]*'
LIST='\[[^]]*\]'

# party -> $TMP/card.PARTY.text, .sigs, .line checked against its own roots; sets KEYS and THRESHOLD
read_card() {
    split_note "line/cards/$1.note" "$TMP/card.$1"
    sed -n 2p "$TMP/card.$1.text" >"$TMP/card.$1.line"
    [ "$(head -n 1 "$TMP/card.$1.text")" = "steerclear/card/v1" ] || die "card of $1: wrong first line"
    [ "$(final "$TMP/card.$1.line" party "$TEXT")" = "$1" ] || die "card of $1: another party's"
    if grep -q '"previous":' "$TMP/card.$1.line"; then die "$1 renewed its roots: use steerclear verify"; fi
    grep -o '"roots":{"keys":\[[^]]*\],"threshold":[0-9]*}' "$TMP/card.$1.line" | sed 's/^"roots"://' \
        | tr -d '\n' >"$TMP/roots"
    party=$({ printf 'steerclear/party/v1\n'; cat "$TMP/roots"; } | sha256sum | head -c 32)
    [ "$party" = "$1" ] || die "the root keys of $1 do not give its id"
    KEYS=$(grep -o '[0-9a-f]\{64\}' "$TMP/roots")
    THRESHOLD=$(final "$TMP/roots" threshold "$NUMBER")
}

# PREFIX, party (whose card was read last): how many of its root keys signed; sets GOOD
roots_signed() {
    GOOD=0
    number=0
    for key in $KEYS; do
        number=$((number + 1))
        if signed_by "$1" "$2/root-$number" "$key"; then GOOD=$((GOOD + 1)); fi
    done
}

# leaf file, proof file -> checks inclusion; leaves the checkpoint in $TMP/cp.text and .sigs, INDEX, SIZE, LOG
included() {
    if [ ! -f "$2" ]; then die "$2 is missing"; fi
    gap=$(grep -a -n '^$' "$2" | head -n 1 | cut -d: -f1)
    if [ -z "$gap" ] || [ "$gap" -lt 3 ]; then die "$2: not a proof"; fi
    head -n "$((gap - 1))" "$2" >"$TMP/proof"
    tail -n "+$((gap + 1))" "$2" >"$TMP/checkpoint"
    split_note "$TMP/checkpoint" "$TMP/cp"
    [ "$(sed -n 1p "$TMP/proof")" = "c2sp.org/tlog-proof@v1" ] || die "$2: not a proof"
    INDEX=$(sed -n '2s/^index //p' "$TMP/proof")
    ORIGIN=$(sed -n 1p "$TMP/cp.text")
    SIZE=$(sed -n 2p "$TMP/cp.text")
    for number in "$INDEX" "$SIZE"; do
        echo "$number" | grep -q -x -e 0 -e '[1-9][0-9]\{0,17\}' || die "$2: bad index or size"
    done
    LOG=${ORIGIN#"$LINE/"}
    [ "$ORIGIN" = "$LINE/$LOG" ] || die "$2: a log of another line"
    [ "$INDEX" -lt "$SIZE" ] || die "$2: the index is not below the size"
    { printf '\000'; cat "$1"; } | sha >"$TMP/hash"
    at=$INDEX
    end=$((SIZE - 1))
    tail -n +3 "$TMP/proof" >"$TMP/path"
    while IFS= read -r line; do
        [ "$end" -gt 0 ] || die "$2: the proof is too long"
        unbase64 "$line" "$TMP/sibling" "$2"
        [ "$(wc -c <"$TMP/sibling")" -eq 32 ] || die "$2: a hash is 32 bytes"
        if [ $((at % 2)) -eq 1 ] || [ "$at" -eq "$end" ]; then
            { printf '\001'; cat "$TMP/sibling" "$TMP/hash"; } | sha >"$TMP/next"
            while [ $((at % 2)) -eq 0 ] && [ "$at" -gt 0 ]; do
                at=$((at / 2))
                end=$((end / 2))
            done
        else
            { printf '\001'; cat "$TMP/hash" "$TMP/sibling"; } | sha >"$TMP/next"
        fi
        mv "$TMP/next" "$TMP/hash"
        at=$((at / 2))
        end=$((end / 2))
    done <"$TMP/path"
    [ "$end" -eq 0 ] || die "$2: the proof is too short"
    [ "$(openssl base64 -A -in "$TMP/hash")" = "$(sed -n 3p "$TMP/cp.text")" ] \
        || die "$2: the leaf is not in the tree"
    checkpoint_signed "$2"
}

# the checkpoint in $TMP/cp: its log signed it, other members' mirrors cosigned it; appends to $TMP/held
checkpoint_signed() {
    author=${LOG%%/*}
    read_vkey "$(final "$TMP/card.$author.line" log "$TEXT")"
    signed_by "$TMP/cp" "$ORIGIN" "$PUBLIC" || die "$1: the log did not sign its checkpoint"
    others=0
    : >"$TMP/held"
    for member in $MEMBERS; do
        if [ "$member" = "$author" ]; then continue; fi
        mirrors=$(final "$TMP/card.$member.line" mirrors "$LIST" | tr -d '[]')
        read_vkey "${mirrors%%,*}"
        lines_of "$TMP/cp" "$NAME" 04 "$PUBLIC"
        [ "$FOUND" -gt 0 ] || continue
        while [ "$FOUND" -gt 0 ]; do
            time=$((0x$(head -c 8 "$TMP/mine.$FOUND" | hex)))
            tail -c +9 "$TMP/mine.$FOUND" >"$TMP/bare"
            { printf 'cosignature/v1\ntime %s\n' "$time"; cat "$TMP/cp.text"; } >"$TMP/message"
            ed25519 "$PUBLIC" "$TMP/message" "$TMP/bare" || die "$1: a bad cosignature by $NAME"
            [ "$time" -gt 0 ] || die "$1: a cosignature without time"
            echo "  held by $member no later than $(date -u -d "@$time" +%Y-%m-%dT%H:%M:%SZ) by its own clock" \
                >>"$TMP/held"
            FOUND=$((FOUND - 1))
        done
        others=$((others + 1))
    done
    [ "$others" -ge "$COSIGNERS" ] || die "$1: $others other members cosigned, the policy asks for $COSIGNERS"
}

# ref of a signing key, author, log, index -> PUBLIC
find_key() {
    case $1 in
        "$2"/root-[1-9]*+*)
            read_card "$2"
            name=${1%%+*}
            PUBLIC=$(echo "$KEYS" | sed -n "$(echo "${name##*-}" | tr -c -d '0-9')p")
            [ -n "$PUBLIC" ] && [ "$name+$(key_id "$name" 01 "$PUBLIC")" = "$1" ] \
                || die "$1 is not a root key on the card"
            return
            ;;
    esac
    if [ "${1%%+*}" = "$2/node" ]; then
        vkey=$(final "$TMP/card.$2.line" node "$TEXT")
        case $vkey in # its base64 may hold a plus too
            "$1"+*) ;;
            *) die "$1 is not the node key on the card" ;;
        esac
        read_vkey "$vkey"
        return
    fi
    PUBLIC=
    for file in "logs/$3/changes"/*.leaf; do
        [ -f "$file" ] || die "key entries of $3 are missing: use steerclear verify"
        grep -a -q -F "$1" "$file" || continue
        stands=$(basename "$file" .leaf)
        [ "$stands" -lt "$4" ] || continue
        split_note "$file" "$TMP/change"
        sed -n 2p "$TMP/change.text" >"$TMP/change.line"
        [ "$(head -n 1 "$TMP/change.text")" = "steerclear/entry/v1" ] || die "$file: not an entry"
        [ "$(first "$TMP/change.line" line "$TEXT")" = "$LINE" ] || die "$file: another line"
        [ "$(first "$TMP/change.line" log "$TEXT")" = "$3" ] || die "$file: another log"
        case $(first "$TMP/change.line" act "$TEXT") in
            add | registrars) ;;
            *) die "$file changes keys otherwise than by adding: use steerclear verify" ;;
        esac
        read_card "$2"
        roots_signed "$TMP/change" "$2"
        [ "$GOOD" -ge "$THRESHOLD" ] || die "$file: no root quorum (registrars: use steerclear verify)"
        included "$file" "${file%.leaf}.tlog-proof"
        [ "$LOG" = "$3" ] && [ "$INDEX" = "$stands" ] || die "$file: it stands elsewhere"
        read_vkey "$(grep -a -o "\"vkey\":\"$(echo "$1" | sed 's/[.+]/[&]/g')[+][^\"]*\"" "$TMP/change.line" \
            | head -n 1 | sed 's/^"vkey":"//; s/"$//')"
        [ "$ALGORITHM" = 01 ] || die "$1 is not an Ed25519 key"
    done
    [ -n "$PUBLIC" ] || die "no key entry in this kit brings $1"
}

# --- the line: genesis, cards, roots ---------------------------------------------------------------------------

split_note line/genesis.note "$TMP/genesis"
[ "$(head -n 1 "$TMP/genesis.text")" = "steerclear/genesis/v1" ] || die "genesis: wrong first line"
LINE=$(sha256sum <"$TMP/genesis.text" | head -c 64)
MEMBERS=$(grep -a -o '"members":\[[^]]*\]' "$TMP/genesis.text" | tail -n 1 | grep -o '[0-9a-f]\{32\}')
COSIGNERS=$(grep -a -o '"policy":{"cosigners":[0-9]*' "$TMP/genesis.text" | tail -n 1 | sed 's/.*://')
COSIGNERS=${COSIGNERS:-1}
[ -n "$MEMBERS" ] || die "genesis: no members"
all=0
for member in $MEMBERS; do
    read_card "$member"
    roots_signed "$TMP/card.$member" "$member"
    [ "$GOOD" -ge "$THRESHOLD" ] && [ "$GOOD" -eq "$(wc -l <"$TMP/card.$member.sigs")" ] \
        || die "card of $member: not signed by its roots"
    printf '"' >"$TMP/pattern"
    sed 's/\\/\\\\/g; s/"/\\"/g' "line/cards/$member.note" | tr '\n' '\001' | sed "s/$(printf '\001')/\\\\n/g" \
        >>"$TMP/pattern"
    printf '"\n' >>"$TMP/pattern"
    grep -a -q -F -f "$TMP/pattern" "$TMP/genesis.text" || die "card of $member: not the one in the genesis"
    roots_signed "$TMP/genesis" "$member"
    [ "$GOOD" -ge "$THRESHOLD" ] || die "genesis: not signed by the roots of $member"
    all=$((all + GOOD))
done
[ "$all" -eq "$(wc -l <"$TMP/genesis.sigs")" ] || die "genesis: a signature that is bad or foreign"

# --- the entries -------------------------------------------------------------------------------------------------

: >"$TMP/report"
for folder in entries/*; do
    [ -d "$folder" ] || die "this kit holds no entry"
    id=$(basename "$folder")
    split_note "$folder/leaf" "$TMP/leaf"
    [ "$(sha256sum <"$folder/leaf" | head -c 64)" = "$id" ] || die "$folder: the leaf has another id"
    sed -n 2p "$TMP/leaf.text" >"$TMP/header"
    [ "$(head -n 1 "$TMP/leaf.text")" = "steerclear/entry/v1" ] || die "$folder: not an entry"
    [ "$(wc -l <"$TMP/leaf.text")" -eq 2 ] || die "$folder: not an entry"
    [ "$(first "$TMP/header" line "$TEXT")" = "$LINE" ] || die "$folder: an entry of another line"
    author=$(first "$TMP/header" author "$TEXT")
    said=$author
    echo "$MEMBERS" | grep -q -x "$said" || die "$folder: said by no founding member"
    : >"$TMP/all"
    place=
    for proof in "$folder"/proof-*.tlog-proof; do
        included "$folder/leaf" "$proof"
        [ "$proof" = "$folder/proof-$SIZE.tlog-proof" ] || die "$proof: its size is $SIZE"
        [ -z "$place" ] || [ "$place" = "$LOG $INDEX" ] || die "$folder: its proofs put it in two places"
        place="$LOG $INDEX"
        cat "$TMP/held" >>"$TMP/all"
    done
    [ "${LOG%%/*}" = "$said" ] || die "$folder: in another party's log"
    log=$(first "$TMP/header" log "$TEXT")
    [ -z "$log" ] || [ "$log" = "$LOG" ] || die "$folder: an entry of another log"
    signers=$(final "$TMP/header" signers "$LIST" | tr -d '[]' | tr ',' ' ')
    kind=$(first "$TMP/header" kind "$TEXT")
    count=0
    byroots=0
    where=$LOG
    index=$INDEX
    for signer in $signers; do
        [ "${signer%%/*}" = "$said" ] || die "$folder: signed by another party's key"
        find_key "$signer" "$said" "$where" "$index"
        signed_by "$TMP/leaf" "${signer%%+*}" "$PUBLIC" || die "$folder: $signer did not sign"
        count=$((count + 1))
        case $signer in "$said"/root-*) byroots=$((byroots + 1)) ;; esac
    done
    if [ "$byroots" -gt 0 ]; then
        case $kind:$(first "$TMP/header" act "$TEXT") in
            key:add | key:registrars | key:revoke) ;;
            key:* | policy:* | log.restart:*) die "$folder: a $kind entry of this sort: use steerclear verify" ;;
            *) die "$folder: a root key signs no $kind" ;;
        esac
        [ "$byroots" -ge "$THRESHOLD" ] || die "$folder: no root quorum"
    fi
    [ "$count" -gt 0 ] && [ "$count" -eq "$(wc -l <"$TMP/leaf.sigs")" ] || die "$folder: other signatures"
    commitment=$(first "$TMP/header" commitment "$TEXT")
    opened="  no payload in this kit"
    if [ -e "$folder/left-out" ]; then
        [ "$(cat "$folder/left-out")" = "safety_account" ] || die "$folder/left-out: says something else"
        if [ -z "$commitment" ] || [ -e "$folder/salt" ] || [ -e "$folder/payload" ]; then
            die "$folder: a payload left out and here"
        fi
        opened="  payload left out: a safety account stays outside kits by default, as who made this kit says"
    fi
    if [ -e "$folder/salt" ] || [ -e "$folder/payload" ]; then
        [ "$(wc -c <"$folder/salt")" -eq 32 ] || die "$folder: a salt is 32 bytes"
        sum=$({ printf 'steerclear/payload/v1\n'; cat "$folder/salt" "$folder/payload"; } | sha256sum | head -c 64)
        [ "$sum" = "$commitment" ] || die "$folder: salt and payload are not what was committed to"
        opened="  payload in this kit: exactly what was signed"
    fi
    {
        echo "entry $id"
        echo "  $kind, $(first "$TMP/header" mode "$TEXT"), said by $said"
        for signer in $signers; do echo "  signed by $signer"; done
        echo "$opened"
        sort -u "$TMP/all"
    } >>"$TMP/report"
done

# --- the roots, and what was left out ----------------------------------------------------------------------------

trusted="SELF-CONSISTENT, ROOTS NOT CHECKED"
code=3
if [ -n "$ROOTS" ]; then
    for member in $MEMBERS; do
        echo "$ROOTS" | tr ' ' '\n' | grep -q -x "$member" || die "root fingerprint of $member was not given"
    done
    trusted=VERIFIED
    code=0
fi
echo "$trusted"
if grep -q '"exercise":true' "$TMP/genesis.text" || grep -q -E ', (EXERCISE|TEST), said' "$TMP/report"; then
    echo "EXERCISE EXERCISE EXERCISE"
fi
echo "line $LINE"
for member in $MEMBERS; do echo "  founded by $member"; done
cat "$TMP/report"
echo "not checked by this script: ML-DSA-44 cosignatures, and that no key was revoked by an entry left out"
for more in logs/*/*/span forks no-reply; do
    if [ -e "$more" ]; then echo "not checked by this script: $more"; fi
done
echo "It proves that the author's key said it, no later than the counterparty's clock says, and that the"
echo "counterparty's system held it. It does not prove that a person read it, that it was true, or that nothing"
echo "else was said."
echo "Notification changes no obligation under international humanitarian law, and its absence removes no protection."
echo "Use of this line is no recognition, consent, alliance or cooperation; no entry is an admission, a claim to"
echo "territory or airspace, or a waiver; noting, silence, giving way and assistance create no right and no precedent."
exit $code
