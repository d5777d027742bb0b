"""Build hook: makes the compiled twin of the kernels where there is a C compiler, in editable installs too.

Without a compiler the wheel is pure Python and the numpy search answers. The library speaks through ctypes and is of
no Python version: only the platform is in the wheel's tag.
"""

from __future__ import annotations

import importlib.util
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNELS = "src/steerclear/kernels"


class Kernels(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root) / KERNELS
        spec = importlib.util.spec_from_file_location("build_kernels", folder / "build.py")
        assert spec and spec.loader
        build = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(build)
        why = build.build(folder)
        if why:
            self.app.display_warning(f"kernels: {why}")
            return
        if version != "editable":
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["artifacts"].append(f"{KERNELS}/pairs.so")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"
