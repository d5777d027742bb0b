"""Vaults open without Argon2's cost (support/vaults.py)."""

from support.vaults import cheap_vaults

__all__ = ["cheap_vaults"]
