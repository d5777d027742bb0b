"""The examples of README and docs are run: files are written, commands typed, and what is shown must come out.

In a page: a fence "toml NAME" (or json, geojson, text) writes that file; a fence "console" holds `$ command` lines
and what they print (`…` stands for anything, a line `…` for any lines, four hex digits and `…` for an id that is kept
and may be used later on the page, `# exit N` behind a command for its exit code); a fence "python" is run. A page that
says `<!-- run: two nodes -->` runs beside two real nodes, `blue` and `red`, introduced to each other on one line; one
that says `<!-- run: two homes -->` finds both on a line for exercises and starts them itself.
Times stand around 2026-10-31T14:00Z in the pages and are moved to now. Fences "sh" are not run, but every
`steerclear` command in them must be one.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from docs_world import ROOT, Page, World, pages

from steerclear.replay.ports import free_port

PAGES = pages()
RUN = [page for page in PAGES if page.examples]
QUIET = [page for page in RUN if not page.nodes and not page.homes]
AWAITED = {ROOT / "docs/reference/scenario-format.md"}
"""Pages that are still being written: a link to one may be broken until it is there."""
BESIDE_NODES = [page for page in RUN if page.nodes]
HOMES = [page for page in RUN if page.homes]


def test_pages_were_found() -> None:
    assert len(PAGES) > 15 and QUIET and BESIDE_NODES


def _slow_where_it_is(page: Page) -> object:
    slow = any(word in body for _, body in page.examples for word in ("steerclear replay", "steerclear init"))
    return pytest.param(page, id=page.name, marks=[pytest.mark.slow] if slow else [])


@pytest.mark.parametrize("page", [_slow_where_it_is(page) for page in QUIET])
def test_examples_without_a_node(page: Page, tmp_path: Path) -> None:
    World(tmp_path).play(page)


@pytest.mark.slow
@pytest.mark.parametrize("page", BESIDE_NODES, ids=lambda page: page.name)
def test_examples_beside_two_nodes(page: Page, tmp_path: Path) -> None:
    with World(tmp_path).two_nodes() as world:
        world.play(page)


@pytest.mark.slow
@pytest.mark.parametrize("page", HOMES, ids=lambda page: page.name)
def test_examples_that_start_two_nodes(page: Page, tmp_path: Path) -> None:
    """The port of the traffic that the page shows stands for one that is free."""
    with contextlib.closing(World(tmp_path)) as world:
        words = world.two_homes(exercise=True)
        world.known |= {"30003": str(free_port())}
        world.known |= {"WORDS-OF-RED": f"'{words['blue']}'", "WORDS-OF-BLUE": f"'{words['red']}'"}
        world.play(page)


def test_an_example_that_is_not_true_fails(tmp_path: Path) -> None:
    good = Page("good", "```console\n$ echo 4f0c12345678 and more\n4f0c… and …\n```\n")
    World(tmp_path).play(good)
    for text in (
        "$ echo something else\n4f0c… and …\n",
        "$ false\n",
        "$ true  # exit 1\n",
        "$ echo a; echo b\na\n",
    ):
        with pytest.raises(AssertionError):
            World(tmp_path).play(Page("bad", f"```console\n{text}```\n"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_is_one(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    from steerclear.cli.parser import build

    parser = build()
    for line in page.commands():
        words = [word for word in shlex.split(line, comments=True) if word not in ("&", "\\")]
        words = words[
            : next((i for i, word in enumerate(words) if word in (">", "|", "2>&1", "&&", ";")), None)
        ]
        try:
            with contextlib.suppress(_Shown):
                parser.parse_args([word.rstrip(";") for word in words[1:]])
        except SystemExit as error:
            assert error.code == 0, f"{page.name}: {line}\n{capsys.readouterr().err}"


class _Shown(Exception):
    """Nothing raises it: `--help` and `--version` leave by SystemExit 0."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Page) -> None:
    broken = []
    for target in page.links():
        path, _, anchor = target.partition("#")
        file = (page.path.parent / path).resolve() if path else page.path
        if file in AWAITED and not file.exists():
            continue
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in Page.read(file).anchors()):
            broken.append(target)
    assert broken == [], f"{page.name}: {broken}"


def test_nothing_of_the_workplace_stands_in_the_docs() -> None:
    words = re.compile(r"\b(agent|helper|session of the|pypi\.org|registry\.)\b", re.IGNORECASE)
    assert [page.name for page in PAGES if words.search(page.text)] == []


def test_readme_names_both_commands_and_what_they_are_for() -> None:
    text = (ROOT / "README.md").read_text()
    assert "make test    # all tests" in text and "make demo" in text
    assert "read its memory" in text and "Apache" in text


def test_the_picture_is_an_image_with_words_for_those_who_do_not_see_it() -> None:
    import xml.dom.minidom

    xml.dom.minidom.parse(str(ROOT / "docs/pictures/flow.svg"))
    assert re.search(r"!\[[^\]]{100,}\]\(docs/pictures/flow\.svg\)", (ROOT / "README.md").read_text())


def test_the_command_of_this_environment_is_the_one_that_runs() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "steerclear", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("steerclear 0.")
