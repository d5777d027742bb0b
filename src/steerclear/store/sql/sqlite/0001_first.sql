-- name: first
-- description: The whole store as of release 0.1: lines, logs, leaves, checkpoints, cosignatures, payloads, side data.

CREATE TABLE lines (
    line     TEXT PRIMARY KEY,
    genesis  BLOB NOT NULL,
    settings BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE logs (
    log    INTEGER PRIMARY KEY,
    line   TEXT NOT NULL,
    origin TEXT NOT NULL UNIQUE
);

-- (log, index) is the primary key, so that two writers cannot fork a log: position = log << 40 | index, which keeps
-- a log's leaves side by side in the file and costs no second tree.
CREATE TABLE leaves (
    position INTEGER PRIMARY KEY,
    id       BLOB NOT NULL,
    leaf     BLOB NOT NULL
);
CREATE INDEX leaves_by_id ON leaves (id);

CREATE TABLE checkpoints (
    log   INTEGER NOT NULL REFERENCES logs,
    size  INTEGER NOT NULL,
    nth   INTEGER NOT NULL,  -- in the order stored, among those of one size
    note  BLOB NOT NULL,
    PRIMARY KEY (log, size, nth)
);

CREATE TABLE cosignatures (
    log        INTEGER NOT NULL REFERENCES logs,
    mirror     TEXT NOT NULL,
    algorithm  INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    time_s     INTEGER NOT NULL,
    line       BLOB NOT NULL,
    checkpoint BLOB NOT NULL,
    PRIMARY KEY (log, mirror, algorithm, size)
);

CREATE TABLE newest_cosignatures (
    log        INTEGER NOT NULL REFERENCES logs,
    mirror     TEXT NOT NULL,
    algorithm  INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    time_s     INTEGER NOT NULL,
    line       BLOB NOT NULL,
    checkpoint BLOB NOT NULL,
    PRIMARY KEY (log, mirror, algorithm)
);

CREATE TABLE payloads (
    id     BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
);

-- Where in the key file the wrapped key of an entry stands; the key itself is never in this database.
CREATE TABLE key_slots (
    id   BLOB PRIMARY KEY,
    slot INTEGER NOT NULL UNIQUE
) WITHOUT ROWID;

CREATE TABLE sides (
    ns    TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (ns, key)
);

CREATE TABLE idempotency (
    key    TEXT PRIMARY KEY,
    result BLOB NOT NULL
);
