"""What a site decides about its node: one TOML file into one frozen struct. No secrets stand in it.

[node]
listen = "127.0.0.1:8440"          # plain HTTP on loopback only; TLS in front of it or `tls_*` elsewhere
store = "sqlite"                   # or a PostgreSQL address: "postgresql:///steerclear"
clock = "system"                   # "stepped" on exercise lines only
zone = "Europe/Tirane"             # people here are shown local time of this zone beside UTC; "" for UTC alone
language = "fr"                    # labels in place of codes: en, ru, ar or fr; "" for codes with English words
[names]                            # this site's own names for parties; nothing of it leaves the node
"1f0c…" = "Blue"
[[witness]]                        # who cosigns this node's own heads without reading them; as many as are wanted
url = "https://witness.example"
vkey = "witness.example/w1+1a2b3c4d+…"
line = ""                          # only of the line whose id begins so; "" for every line
[[feed]]                           # what flies and sails, as this site receives it; as many as are wanted
name = "roof"                      # the site's own word for it
format = "readsb"                  # as `steerclear feed add --help` lists them
address = "http://127.0.0.1:8080/data/aircraft.json"
trust = "local"                    # "shared": anybody may receive the same (ADS-B, AIS, remote ID, own movers)
line = ""                          # the line that it is watched on; "" for every line
stale_after_s = 60                 # silence after which it counts as stopped, and rings
own = ["icao:43c6e1"]              # movers of this party among what it reports
[archive]                          # tracks as Parquet files, for `steerclear scan`; needs the extra `archive`
folder = "tracks"                  # below the node's folder; "" keeps nothing. Written each 5 min; not encrypted
[[qnh]]                            # a pressure setting, where too few aircraft send both of their heights
hpa = "1009.5"
at = [41.3, 19.8]                  # it holds within `radius_nm` of here; the nearest one counts
radius_nm = 60
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from steerclear.errors import Malformed


class NodeSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`listen` host:port; `store` `sqlite` (files beside the configuration) or a PostgreSQL address; `zone` a name of
    the IANA database and `language` one of the catalogues, for the command line of this site alone."""

    listen: str = "127.0.0.1:8440"
    store: str = "sqlite"
    clock: Literal["system", "stepped"] = "system"
    clock_start: str = ""
    control_socket: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    zone: str = ""
    language: str = ""


class WitnessSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pure witness (C2SP tlog-witness) that this node asks: its address, its key, and the start of a line's id ('':
    every line); `tls` SHA-256 of its certificate in hex, '' where the system's authorities vouch for it. What it
    cosigns counts in proofs where the line's policy names its key."""

    url: str
    vkey: str
    line: str = ""
    tls: str = ""


class FeedSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where reports of movers come from. `address`: `tcp://host:port` (connects), `listen://host:port` (waits for
    one), `udp://host:port` (takes datagrams there), `http(s)://…` (asks again and again), `file:PATH` (follows it as
    it grows) or `replay:PATH` (a recording, from its beginning; a path is relative to the node's folder).

    `trust`: `shared` where others receive the same of themselves, else `local`: what derives from it stays on the
    node (boundary.md). `simulated` feeds, and recordings, stand on exercise lines alone (messages.md, Header).
    `site`: latitude and longitude of an own sensor that measures bearings; `options` are its format's own."""

    name: str
    format: str
    address: str
    trust: Literal["shared", "local"] = "local"
    line: str = ""
    stale_after_s: int = 60
    every_s: int = 1
    own: tuple[str, ...] = ()
    simulated: bool = False
    site: tuple[float, float] | None = None
    options: dict[str, Any] = {}

    @property
    def scheme(self) -> str:
        return self.address.partition(":")[0]


class ArchiveSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether what the feeds bring is kept, and where (relative to the node's folder); '' keeps nothing. It is written
    every five minutes and when the node stops: so much is lost in a crash. The files are not encrypted (an encrypted
    disk); `zeroize` deletes them."""

    folder: str = ""


class QnhSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entered setting: hectopascals as text (`1009.5`), latitude and longitude of where it holds, and how far."""

    hpa: Annotated[str, msgspec.Meta(pattern=r"^(8[5-9]\d|9\d\d|10\d\d)(\.\d)?$")]
    at: tuple[float, float]
    radius_nm: Annotated[float, msgspec.Meta(gt=0, le=500)] = 60.0

    @property
    def hpa_tenths(self) -> int:
        whole, _, tenth = self.hpa.partition(".")
        return int(whole) * 10 + int(tenth or 0)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `names`: party id → the name this site uses for it."""

    node: NodeSection = NodeSection()
    names: dict[str, str] = {}
    witness: tuple[WitnessSection, ...] = ()
    feed: tuple[FeedSection, ...] = ()
    archive: ArchiveSection = ArchiveSection()
    qnh: tuple[QnhSection, ...] = ()

    @property
    def host(self) -> str:
        return self.node.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.node.listen.rpartition(":")[2])


FILE_NAME = "steerclear.toml"
SCHEMES = ("tcp", "listen", "udp", "http", "https", "file", "replay")
_WITH_PORT = ("tcp", "listen", "udp")
_FEED_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def read_config(home: Path) -> Config:
    """The configuration of the node at `home`; raises `Malformed` naming field, rule and remedy."""
    path = home / FILE_NAME
    try:
        data = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise Malformed("no-node-here", field=str(path), remedy=f"run: steerclear init {home}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed("bad-toml", field=str(path), remedy=str(error)) from error
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise Malformed("bad-setting", field=str(path), remedy=str(error)) from error
    if not config.host or not config.node.listen.rpartition(":")[2].isdigit():
        raise Malformed("bad-setting", field="node.listen", remedy="write host:port such as 127.0.0.1:8440")
    if config.host not in LOOPBACK and not (config.node.tls_certificate and config.node.tls_key):
        raise Malformed(
            "plain-http-off-loopback",
            field="node.listen",
            remedy="set tls_certificate and tls_key, or listen on 127.0.0.1",
            source="record.md, Between nodes",
        )
    check_feeds(config.feed)
    return config


def check_feeds(feeds: Sequence[FeedSection]) -> None:
    """Raises `Malformed` `bad-setting` naming the first field that cannot stand."""
    names: set[str] = set()
    for number, one in enumerate(feeds):
        at = f"feed[{number}]"
        _need(bool(_FEED_NAME.fullmatch(one.name)), f"{at}.name", "1 to 40 of a-z, 0-9, - and _")
        _need(one.name not in names, f"{at}.name", f"{one.name} stands twice: give each feed its own name")
        names.add(one.name)
        _need(one.scheme in SCHEMES, f"{at}.address", f"begin with one of {', '.join(SCHEMES)}")
        rest = one.address.partition(":")[2].removeprefix("//")
        _need(bool(rest), f"{at}.address", "say where: host:port, an address or a path")
        if one.scheme in _WITH_PORT:
            host, _, port = rest.rpartition(":")
            good = bool(host) and port.isdigit() and 0 < int(port) < 65_536
            _need(good, f"{at}.address", f"write {one.scheme}://host:port")
        _need(1 <= one.stale_after_s <= 86_400, f"{at}.stale_after_s", "1 to 86400 seconds")
        _need(1 <= one.every_s <= 3_600, f"{at}.every_s", "1 to 3600 seconds")
        for ident in one.own:
            check_ident(ident, f"{at}.own")
        played = one.scheme == "replay"
        _need(
            one.simulated or not played,
            f"{at}.simulated",
            "a recording is not what flies now: simulated = true",
        )


_IDENT = re.compile(r"[a-z]{2,8}:[!-~]{1,40}")
_ICAO = re.compile(r"icao:(?:[0-9a-f]{6}|[0-9a-f]{1,5}\*)")


def check_ident(ident: str, field: str) -> None:
    """What a feed calls a mover, as it stands in `own` and in a fleet; it matches letter by letter, so an address in
    capitals would match nothing and nobody would be told. Raises `Malformed` `bad-ident`."""
    good = _ICAO if ident.lower().startswith("icao:") else _IDENT
    if not good.fullmatch(ident):
        raise Malformed(
            "bad-ident",
            field=field,
            remedy=f"{ident or 'nothing'} is no mover: write icao:43c6e1 in small letters, mmsi:273344040, rid:…",
        )


def _need(good: bool, field: str, remedy: str) -> None:
    if not good:
        raise Malformed("bad-setting", field=field, remedy=remedy, source="feeds-and-console.md, Feeds")
