"""Nodes that talk to nodes: signed requests, pulling logs, payload delivery, heartbeats, bundle files.

Called by `app` only. Verifies who asks and who answers; decides nothing and stores nothing itself: whatever
arrives becomes a command to the node.
"""
