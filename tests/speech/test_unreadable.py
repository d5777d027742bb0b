"""A file that no decoder can read: the line where it ends to make sense, the fault in the rule's place, a remedy."""

from __future__ import annotations

import io
import zipfile

import pytest

from steerclear.speech import exchange, zones
from steerclear.speech.authoring import Draft, from_file

GOOD_SITE = b"name,lat,lon\nClinic,41.3,19.8\n"


@pytest.mark.parametrize(
    ("data", "suffix", "line", "words"),
    [
        (b'kind = "stop"\nmode = REAL\n', ".toml", 2, "Invalid value, at column 8"),
        (b'kind = "stop"\n[body\n', ".toml", 2, "at column"),
        (b'kind = "stop"\nmode =', ".toml", 2, "it ends too early"),
        (b'kind = "stop"\n# \xff\n', ".toml", 2, "0xff is no UTF-8"),
        (b'{"kind": "stop",\n "mode": REAL}', ".json", 2, "Expecting value, at column 10"),
        (b'{"kind": "stop",\n "kind": "stop"}', ".json", 0, "stands twice"),
        (b'{"type": "Feature",\n\n x}', ".geojson", 3, "at column 2"),
    ],
)
def test_a_form_that_cannot_be_parsed_is_told_by_line_fault_and_remedy(
    data: bytes, suffix: str, line: int, words: str
) -> None:
    (fault,) = from_file(data, suffix)
    assert (fault.code, fault.field) == ("not-readable", "file")
    assert words in fault.rule and fault.rule.startswith(f"line {line}: ") == bool(line)
    assert (
        fault.remedy.startswith("write ") and "column" not in fault.remedy and "Invalid" not in fault.remedy
    )


def test_a_form_that_can_be_parsed_is_taken() -> None:
    assert isinstance(from_file(b'kind = "stop"\nmode = "REAL"\n', ".toml"), Draft)
    assert isinstance(from_file(b'{"kind": "stop", "mode": "REAL"}', ".json"), Draft)


@pytest.mark.parametrize(
    ("data", "suffix", "line", "words"),
    [
        (b'# a list\nname,lat\nClinic,41.3\n"Sch" ool,41.4\n', ".csv", 4, "expected after"),
        (b"name,lat\nClinic\xff,41.3\n", ".csv", 2, "0xff is no UTF-8"),
        (b'{"type":\n\n}', ".geojson", 3, "Expecting value"),
        (b"<kml>\n<Document></kml>", ".kml", 2, "mismatched tag, at column"),
        (b'\n<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', ".kml", 2, "document type"),
    ],
)
def test_a_list_that_cannot_be_parsed_is_told_by_its_own_line(
    data: bytes, suffix: str, line: int, words: str
) -> None:
    records, (fault,) = exchange.read(data, suffix, "site.notify")
    assert (records, fault.code, fault.field, fault.line) == ([], "not-readable", "file", line)
    assert words in fault.rule and words not in fault.remedy


def test_a_list_that_can_be_parsed_is_taken() -> None:
    records, faults = exchange.read(GOOD_SITE, ".csv", "site.notify")
    assert ([one.line for one in records], faults) == ([2], [])


@pytest.mark.parametrize(
    ("data", "form", "line", "words"),
    [
        (b'{"features":\n[}', "geojson", 2, "invalid character"),
        (b'{"UASZoneList":\n[', "ed269", 2, "it ends too early"),
        (b'{"features":\n\nx', "ed318", 3, "invalid character"),
        (b"<kml>\n\n<Folder></kml>", "kml", 3, "mismatched tag"),
        (b"PK\x03\x04 not a zip", "kmz", 0, "not a zip"),
    ],
)
def test_areas_that_cannot_be_parsed_are_told_by_their_own_line(
    data: bytes, form: str, line: int, words: str
) -> None:
    found, (fault,) = zones.read(data, form)
    assert (found, fault.code, fault.field, fault.line) == ([], "not-readable", "file", line)
    assert words in fault.rule and fault.remedy.startswith("write ")


def test_a_zip_with_areas_in_it_is_taken() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("doc.kml", b"<kml><Document></Document></kml>")
    assert [fault.code for fault in zones.read(made.getvalue(), "kmz")[1]] == ["empty"]
