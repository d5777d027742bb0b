"""The figures of the project, each measured by a command that anybody can run: `make bench [ONLY=name]`.

A part is a module with `run() -> Iterator[Figure]`. Nothing here is a test; what must hold is in `bound`.
"""
