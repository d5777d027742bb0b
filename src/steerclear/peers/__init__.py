"""Nodes that talk to nodes: signed requests, pulling logs, payload delivery, heartbeats, witnesses.

Called by `app` only. Verifies who asks and who answers; decides nothing and stores nothing itself: whatever
arrives becomes a command to the node. The protocol: docs/reference/between-nodes.md.
"""
