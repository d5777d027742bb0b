"""What a person is shown: the rows of board, log, health and audit, their order, and the lines that always stand there.

Structs and orders only, made by `node.queries` from what it holds and sent out by `api` as they are. Never reads a
store, never imports `api`, never turns the absence of a row into a statement.
"""
