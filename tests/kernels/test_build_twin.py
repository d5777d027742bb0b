"""The compiled twin is made where there is a compiler, and nothing fails without one."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from steerclear.kernels import build, native

compiler = pytest.mark.skipif(build._compiler() is None, reason="no C compiler")


def copied(tmp_path: Path) -> Path:
    shutil.copy(native.SOURCE, tmp_path / "pairs.c")
    return tmp_path


@compiler
def test_it_is_built_with_no_warning_and_says_of_which_source(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(build, "FLAGS", (*build.FLAGS, "-Werror", "-O0"))
    folder = copied(tmp_path)
    assert build.build(folder) == ""
    library = ctypes.CDLL(str(folder / "pairs.so"))
    library.steerclear_pairs_source.restype = ctypes.c_char_p
    made_of = hashlib.sha256(native.SOURCE.read_bytes()).hexdigest()
    assert library.steerclear_pairs_source().decode() == made_of
    assert [one.name for one in sorted(folder.iterdir())] == ["pairs.c", "pairs.so"]


@compiler
@pytest.mark.skipif(
    not os.environ.get("CI"), reason="make builds it; without make: python -m steerclear.kernels.build"
)
def test_in_ci_the_compiled_search_is_there_so_that_nothing_of_it_is_skipped():
    assert native.there(), native.REMEDY


def test_without_a_compiler_it_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    assert "numpy search is used" in build.build(copied(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["pairs.c"]


@compiler
def test_a_source_that_does_not_compile_leaves_no_library(tmp_path: Path):
    (tmp_path / "pairs.c").write_text("int x = ;")
    assert "numpy search is used" in build.build(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["pairs.c"]


@compiler
def test_a_library_of_another_source_never_answers(tmp_path: Path, monkeypatch):
    folder = copied(tmp_path)
    build.build(folder)
    monkeypatch.setattr(native, "SOURCE", folder / "pairs.c")
    monkeypatch.setattr(native, "LIBRARY", folder / "pairs.so")
    native._library.cache_clear()
    try:
        assert native.there()
        (folder / "pairs.c").write_text(native.SOURCE.read_text() + "\n")
        native._library.cache_clear()
        assert not native.there()
        (folder / "pairs.so").unlink()  # never written over: it is mapped into this process
        (folder / "pairs.so").write_bytes(b"no library")
        native._library.cache_clear()
        assert not native.there()
    finally:
        native._library.cache_clear()


@compiler
def test_the_hook_puts_it_into_wheels_of_a_platform_and_leaves_editable_ones_pure(tmp_path: Path):
    root = Path(__file__).parents[2]
    kernels = tmp_path / "src/steerclear/kernels"
    kernels.mkdir(parents=True)
    for name in ("pairs.c", "build.py"):
        shutil.copy(root / "src/steerclear/kernels" / name, kernels / name)
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.Kernels(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    data = {"artifacts": [], "pure_python": True}
    hook.initialize("standard", data)
    assert data["artifacts"] == ["src/steerclear/kernels/pairs.so"] and not data["pure_python"]
    assert data["tag"].startswith("py3-none-") and (kernels / "pairs.so").exists()
    data = {"artifacts": [], "pure_python": True}
    hook.initialize("editable", data)
    assert data == {"artifacts": [], "pure_python": True}
