"""Space: outlines, altitudes and times as data, and the exact answer to "do these two volumes meet, and where".

Everything here is pure: integers in (1e-7 degree, millimetres, milliseconds), integers out, floats only inside.
Any room above may call it. Desks call `check_volume`; whatever arrives from another party goes through
`prepare_protective`, which never raises; `overlap` and `SpaceIndex` take prepared volumes only. It never decides
who gives way, knows no party, reads no clock and draws no random number.
"""
