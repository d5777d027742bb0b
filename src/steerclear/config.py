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
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

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


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `names`: party id → the name this site uses for it."""

    node: NodeSection = NodeSection()
    names: dict[str, str] = {}
    witness: tuple[WitnessSection, ...] = ()

    @property
    def host(self) -> str:
        return self.node.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.node.listen.rpartition(":")[2])


FILE_NAME = "steerclear.toml"
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
    return config
