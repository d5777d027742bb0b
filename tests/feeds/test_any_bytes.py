"""Whatever the bytes and wherever they are cut: rows of sound values, or drops by a reason that is listed."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.feeds.batch import COLUMNS, ident
from steerclear.feeds.codes import MOVERS, ORIGINS, REFERENCES, UNITS
from steerclear.feeds.drops import REASONS
from steerclear.feeds.formats import FORMATS, open_reader

pytestmark = pytest.mark.slow

NOW = 1_700_049_600_000
LIBRARY = {"asterix": "asterix", "modes": "rs1090"}
HERE = [name for name, row in FORMATS.items() if not row.extra or find_spec(LIBRARY[row.extra])]

EVENT = (
    b'<event version="2.0" uid="A" type="a-f-A-M-H" time="2023-11-15T12:00:00Z" how="m-g">'
    b'<point lat="1" lon="2" hae="3" ce="4" le="5"/></event>'
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["hex", "lat", "lon", "now", "aircraft", "states", "flights", "id"]), inner
        )
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())
PIECES = st.sampled_from(
    [
        b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n",
        b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n",
        b"\\c:99999999999999*00\\!AIVDM,1,1,,A,,0*23\n",
        b"MSG,3,1,1,4B1814,1,2023/11/15,12:00:00,,,,1,2,3,4,5,6,,,,,0\n",
        b'{"ident":"a","at_ms":1,"lat_deg":1,"lon_deg":2}\n',
        b'{"aircraft":[{"hex":"4b1814","lat":1,"lon":1e400}]}',
        b'{"flights":[{"id":"x","current_state":{"position":{"lat":1,"lng":1},"timestamp":{"value":"no"}}}]}',
        EVENT,
        EVENT[:40],
        b"\x15\x00\x06\xff\xff\x00",
        b"\x30\x00",
    ]
)


@pytest.mark.parametrize("name", HERE)
@given(st.lists(st.binary(max_size=60) | PIECES | JSON, max_size=6))
def test_any_bytes_give_rows_or_counted_drops(name: str, chunks: list[bytes]) -> None:
    reader = open_reader(name)
    for i, chunk in enumerate(chunks):
        got = reader.read(chunk, NOW + 60_000 * i)
        assert set(got.drops) <= set(REASONS)
        if name != "ais":  # of a message in parts the reasons and the parts may stand in two chunks
            assert got.seen == len(got.batch) + sum(got.drops.values())
        row = got.batch
        for column, (kind, _) in COLUMNS.items():
            values = getattr(row, column)
            assert values.dtype == kind and len(values) == len(row)
            if kind.kind == "f":
                assert not np.isinf(values).any()
        assert (np.abs(row.lat_deg) <= 90).all() and (np.abs(row.lon_deg) <= 180).all()
        assert (row.at_ms >= 0).all() and all(row.ident.tolist())
        for codes, names in (
            (row.mover, MOVERS),
            (row.origin, ORIGINS),
            (row.alt_ref, REFERENCES),
            (row.alt_unit, UNITS),
        ):
            assert (codes < len(names)).all()


def test_every_row_of_the_table_opens_and_another_name_does_not() -> None:
    for name in HERE:
        open_reader(name)
        with pytest.raises(Malformed, match="unknown-option"):
            open_reader(name, colour="red")
    with pytest.raises(Malformed, match="unknown-format"):
        open_reader("gossip")


@pytest.mark.parametrize(
    ("name", "extra", "module"), [("avr", "modes", "rs1090"), ("asterix", "asterix", "asterix.base")]
)
def test_a_missing_extra_is_named(
    name: str, extra: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(Malformed, match=rf"not-installed.*steerclear\[{extra}\]"):
        open_reader(name)


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_ident_is_short_ascii_and_two_names_stay_two(one: str, two: str) -> None:
    made = ident("cot", one)
    assert made.isascii() and len(made) <= 32 and made.startswith("cot:") and " " not in made
    assert (ident("cot", two) == made) == (one == two)
