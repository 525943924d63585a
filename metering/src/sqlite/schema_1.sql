-- Times are milliseconds since 1970-01-01T00:00:00Z.

-- What the file is: schema_version, and the place it was made for (region, identity_form).
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The columns beside the bucket are copies of what it says, to find it by.
CREATE TABLE buckets (
    number INTEGER PRIMARY KEY,
    -- Digest of region, identity, dimension and hour.
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    state TEXT NOT NULL
        CHECK (state IN ('open', 'frozen', 'held', 'settled', 'conflict', 'expired')),
    hour INTEGER NOT NULL,
    -- NULL once nothing is left to do.
    due_at INTEGER,
    -- NULL where the customer is named by account or identifier.
    license TEXT,
    identity TEXT NOT NULL,
    dimension TEXT NOT NULL,
    -- JSON: contents, record, notes.
    bucket TEXT NOT NULL
) STRICT;

CREATE INDEX buckets_due ON buckets (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX buckets_by_state ON buckets (state, hour);
CREATE INDEX buckets_by_hour ON buckets (hour, number, state);
CREATE INDEX buckets_by_license ON buckets (license, hour, number, state)
    WHERE license IS NOT NULL;

-- The ids of events that were added, for as long as they may come again.
CREATE TABLE events (
    -- Digest of source and id.
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    -- Digest of what the event says.
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    -- Where it is counted. Checked at commit: an event and its bucket are written together.
    bucket INTEGER NOT NULL REFERENCES buckets (number) DEFERRABLE INITIALLY DEFERRED,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX events_by_age ON events (added_at);

CREATE TABLE licenses (
    license TEXT NOT NULL PRIMARY KEY,
    account TEXT,
    since INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('updated', 'deprovisioned'))
) STRICT, WITHOUT ROWID;
