"""The command `steerclear`: what people and scripts type, as small files, one command or one family of them each.

Nothing below calls this room. A command is read from arguments, does its work through the rooms below (a running node
through its HTTP interface with the officer's own key, a stopped one through its folder), and answers in words or, with
`--json`, in data, with an exit code that a script can rely on (`codes.py`). It decides nothing that a room below
decides, keeps no state of its own but files that the user named, and sends no key anywhere. Modules here import what
is heavy inside their functions, so that the command line starts in well under a tenth of a second.
"""
