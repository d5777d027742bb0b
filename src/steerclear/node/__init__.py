"""One host's side of its lines: the logs it writes and mirrors, and the commands that change them, one at a time.

Called by the edges (`api`, `peers`, `app`) through a `Host`, which commits what a command collected before anybody
hears its reply. Reads no clock but the one handed in, opens no socket; keys are files that `home` reads at start.
Never changes another party's entry, never signs for an officer, never refuses to store what a peer really logged.
"""
