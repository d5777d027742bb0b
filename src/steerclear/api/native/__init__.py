"""The native interface: typed JSON under `/api` for officers' clients and the administrator.

One table of endpoints (`table.py`) makes both the routes and the OpenAPI document. Officers log in with a note that
their key signs and then hold a bearer token of one line; the administrator's token opens `/api/admin/*`, where no
payload is ever answered. Every error is `{"errors": [{code, field, rule, remedy, source}], "message": …}`.
"""
