"""Edges that answer people and their programs over HTTP; `native` is the project's own interface.

Called by `app`, which mounts their routes. An edge decodes, asks who is there, sends one command to the node and
encodes its reply: it decides nothing, stores nothing, and never speaks to another node.
"""
