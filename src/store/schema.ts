// The tables of the store, as a list of migrations: entry n takes a file from version n to n + 1 (PRAGMA user_version).
//
// An entry is never changed once released. Packets are numbered in the order they came, and all that belongs to one goes by
// its number: so every table grows at its end, and a commit of ten packets touches ten small pages. Ids are looked up in
// memory (known-packets.ts): an index in their order would cost a page for each packet. The outbox is the part of the
// packets that is ours and unsent (a partial index).

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE packets (
    n           INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    origin      BLOB NOT NULL,
    finding     INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    own         INTEGER NOT NULL,
    hops        INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    expires_s   INTEGER NOT NULL,
    sent_ms     INTEGER
  ) STRICT;
  CREATE INDEX packets_by_expiry ON packets (expires_s);
  CREATE INDEX outbox ON packets (n) WHERE own = 1 AND sent_ms IS NULL;

  CREATE TABLE seen (
    id         BLOB PRIMARY KEY,
    generation INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE state (
    n     INTEGER PRIMARY KEY,
    key   TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE keys (
    public_key BLOB PRIMARY KEY,
    kid        BLOB NOT NULL,
    name       TEXT NOT NULL,
    added_ms   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX keys_by_kid ON keys (kid);

  CREATE TABLE verdicts (
    n           INTEGER PRIMARY KEY,
    time_ms     INTEGER NOT NULL,
    phenomenon  TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    probability REAL NOT NULL,
    about       TEXT NOT NULL,
    evidence    TEXT NOT NULL
  ) STRICT;

  CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE custody (
    id         BLOB NOT NULL REFERENCES packets (id) ON DELETE CASCADE,
    peer       BLOB NOT NULL,
    due_ms     INTEGER,
    attempts   INTEGER NOT NULL DEFAULT 0,
    settled_ms INTEGER,
    PRIMARY KEY (id, peer)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX custody_by_due ON custody (peer, due_ms) WHERE due_ms IS NOT NULL;
  `,
  `
  CREATE TABLE proofs (
    origin BLOB PRIMARY KEY,
    first  BLOB NOT NULL,
    second BLOB NOT NULL
  ) STRICT;
  `,
  // The time floor of before was raised by every packet, on nobody's evidence: it is dropped, and what it stood for kept.
  `
  CREATE TABLE sequences (
    first INTEGER PRIMARY KEY,
    last  INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sequences SELECT max(1, value - 65536), value FROM meta WHERE key = 'sequence' AND value > 0;
  INSERT INTO meta SELECT 'issued_s', (value + 500) / 1000 FROM meta WHERE key = 'time_floor_ms';
  DELETE FROM meta WHERE key = 'time_floor_ms';
  `,
  `
  DROP TABLE seen;
  DROP INDEX outbox;
  ALTER TABLE packets RENAME TO packets_old;
  ALTER TABLE custody RENAME TO custody_old;
  CREATE TABLE packets (
    n           INTEGER PRIMARY KEY,
    id          BLOB NOT NULL,
    origin      BLOB NOT NULL,
    finding     INTEGER NOT NULL,
    score       INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    own         INTEGER NOT NULL,
    hops        INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    expires_s   INTEGER NOT NULL,
    sent_ms     INTEGER
  ) STRICT;
  INSERT INTO packets SELECT n, id, origin, finding, 0, bytes, own, hops, received_ms, expires_s, sent_ms FROM packets_old;
  CREATE INDEX outbox ON packets (n) WHERE own = 1 AND sent_ms IS NULL;

  CREATE TABLE seen (
    n         INTEGER PRIMARY KEY,
    id        BLOB NOT NULL,
    origin    BLOB NOT NULL,
    expires_s INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE custody (
    n     INTEGER PRIMARY KEY REFERENCES packets (n) ON DELETE CASCADE,
    owing BLOB NOT NULL,
    has   BLOB NOT NULL
  ) STRICT;
  CREATE TABLE neighbours (
    k    INTEGER PRIMARY KEY,
    node BLOB NOT NULL UNIQUE
  ) STRICT;
  INSERT INTO neighbours (node) SELECT DISTINCT peer FROM custody_old;
  INSERT INTO custody SELECT n,
    unhex(coalesce(group_concat(printf('%04x', k), '') FILTER (WHERE due_ms IS NOT NULL), '')),
    unhex(coalesce(group_concat(printf('%04x', k), '') FILTER (WHERE due_ms IS NULL), ''))
  FROM custody_old JOIN packets_old USING (id) JOIN neighbours ON node = peer GROUP BY n;
  DROP TABLE custody_old;
  DROP TABLE packets_old;

  ALTER TABLE keys ADD COLUMN heard_ms INTEGER NOT NULL DEFAULT 0;
  UPDATE keys SET heard_ms = added_ms;
  `,
  // What it takes to tell a verdict again as it was told; of those of before it is not known.
  `
  ALTER TABLE verdicts ADD COLUMN neighbours INTEGER;
  ALTER TABLE verdicts ADD COLUMN falls INTEGER NOT NULL DEFAULT 0;
  `,
  // Which condition an outcome was under, so that the only one of its kind is known; and deposits that wait their turn.
  `
  ALTER TABLE packets ADD COLUMN condition BLOB;
  CREATE TABLE deposits (
    n    INTEGER PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;
  `,
];
