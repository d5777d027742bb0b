-- name: first
-- description: The whole store as of release 0.1: lines, logs, leaves, checkpoints, cosignatures, payloads, side data.

CREATE TABLE lines (
    line     text PRIMARY KEY,
    genesis  bytea NOT NULL,
    settings bytea NOT NULL
);

CREATE TABLE logs (
    log    integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    line   text NOT NULL,
    origin text NOT NULL UNIQUE
);

-- The primary key is what keeps two writers from forking a log.
CREATE TABLE leaves (
    log   integer NOT NULL REFERENCES logs,
    index bigint NOT NULL CHECK (index >= 0),
    id    bytea NOT NULL CHECK (length(id) = 32),
    leaf  bytea NOT NULL,
    PRIMARY KEY (log, index)
);
CREATE INDEX leaves_by_id ON leaves (id);
-- Signed bytes hardly compress; trying costs more than it saves.
ALTER TABLE leaves ALTER COLUMN leaf SET STORAGE EXTERNAL;

CREATE TABLE checkpoints (
    log   integer NOT NULL REFERENCES logs,
    size  bigint NOT NULL,
    nth   integer NOT NULL,  -- in the order stored, among those of one size
    note  bytea NOT NULL,
    PRIMARY KEY (log, size, nth)
);
ALTER TABLE checkpoints ALTER COLUMN note SET STORAGE EXTERNAL;

CREATE TABLE cosignatures (
    log        integer NOT NULL REFERENCES logs,
    mirror     text NOT NULL,
    algorithm  smallint NOT NULL,
    size       bigint NOT NULL,
    time_s     bigint NOT NULL,
    line       bytea NOT NULL,
    checkpoint bytea NOT NULL,
    PRIMARY KEY (log, mirror, algorithm, size)
);

CREATE TABLE newest_cosignatures (
    log        integer NOT NULL REFERENCES logs,
    mirror     text NOT NULL,
    algorithm  smallint NOT NULL,
    size       bigint NOT NULL,
    time_s     bigint NOT NULL,
    line       bytea NOT NULL,
    checkpoint bytea NOT NULL,
    PRIMARY KEY (log, mirror, algorithm)
);

CREATE TABLE payloads (
    id     bytea PRIMARY KEY,
    sealed bytea NOT NULL
);
ALTER TABLE payloads ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Where in the key file the wrapped key of an entry stands; the key itself is never in this database.
CREATE TABLE key_slots (
    id   bytea PRIMARY KEY,
    slot integer NOT NULL
);

CREATE TABLE sides (
    ns    text NOT NULL,
    key   text NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (ns, key)
);

CREATE TABLE idempotency (
    key    text PRIMARY KEY,
    result bytea NOT NULL
);
