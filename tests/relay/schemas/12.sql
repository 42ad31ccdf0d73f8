-- The database of a script's object as version 10 made it. Never changed.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE entries (sequence INTEGER NOT NULL, merged INTEGER NOT NULL, piece INTEGER NOT NULL,
  time INTEGER NOT NULL, author TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, covered INTEGER,
  bytes BLOB NOT NULL, first INTEGER NOT NULL DEFAULT 1, session INTEGER NOT NULL DEFAULT 0,
  staged INTEGER NOT NULL DEFAULT 0, packed INTEGER NOT NULL DEFAULT 0, checksum INTEGER, damaged INTEGER,
  PRIMARY KEY (sequence, merged, piece));
CREATE INDEX live ON entries (sequence, merged, piece) WHERE covered IS NULL AND staged = 0 AND damaged IS NULL;
CREATE INDEX covered ON entries (covered) WHERE covered IS NOT NULL;
CREATE TABLE clocks (client INTEGER PRIMARY KEY, next INTEGER NOT NULL, owner TEXT, claimed INTEGER, since INTEGER);
CREATE TABLE held (id INTEGER NOT NULL, piece INTEGER NOT NULL, expires INTEGER NOT NULL,
  author TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, piece));
CREATE TABLE script (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, title TEXT NOT NULL,
  made INTEGER NOT NULL, changed INTEGER NOT NULL, trashed INTEGER, deleted INTEGER, change INTEGER NOT NULL);
CREATE TABLE members (person TEXT PRIMARY KEY, role TEXT NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL);
CREATE TABLE removed (person TEXT PRIMARY KEY, time INTEGER NOT NULL);
CREATE TABLE links (id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, role TEXT NOT NULL, made INTEGER NOT NULL,
  by TEXT NOT NULL, expires INTEGER, revoked INTEGER);
CREATE TABLE outbox (person TEXT PRIMARY KEY, change INTEGER NOT NULL);
CREATE TABLE requests (key TEXT PRIMARY KEY, time INTEGER NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL);
CREATE TABLE named (version INTEGER NOT NULL, piece INTEGER NOT NULL, name TEXT NOT NULL, author TEXT NOT NULL,
  time INTEGER NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL, PRIMARY KEY (version, piece));
CREATE TABLE scenes (id TEXT PRIMARY KEY, checksum TEXT, version INTEGER NOT NULL, time INTEGER NOT NULL);
CREATE TABLE threads_entries (sequence INTEGER NOT NULL, merged INTEGER NOT NULL, piece INTEGER NOT NULL,
  first INTEGER NOT NULL, time INTEGER NOT NULL, author TEXT NOT NULL, session INTEGER NOT NULL, origin TEXT NOT NULL,
  size INTEGER NOT NULL, covered INTEGER, staged INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER,
  damaged INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (sequence, merged, piece));
CREATE INDEX threads_live ON threads_entries (sequence, merged, piece)
  WHERE covered IS NULL AND staged = 0 AND damaged IS NULL;
CREATE INDEX threads_covered ON threads_entries (covered) WHERE covered IS NOT NULL;
CREATE TABLE threads_clocks (client INTEGER PRIMARY KEY, next INTEGER NOT NULL, owner TEXT, claimed INTEGER, since INTEGER);
CREATE TABLE threads_held (id INTEGER NOT NULL, piece INTEGER NOT NULL, expires INTEGER NOT NULL,
  author TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, piece));
CREATE TABLE webhooks (id TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, made INTEGER NOT NULL,
  by TEXT NOT NULL, told INTEGER NOT NULL, tried INTEGER NOT NULL, given_up INTEGER, stopped INTEGER, message TEXT,
  version INTEGER, body TEXT, since INTEGER, attempts INTEGER, next INTEGER, failure TEXT);
CREATE TABLE hours (first INTEGER NOT NULL, sequence INTEGER NOT NULL, piece INTEGER NOT NULL, time INTEGER NOT NULL,
  entries INTEGER NOT NULL, authors TEXT NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL,
  checksum INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (sequence, piece));
CREATE TABLE authorship (first INTEGER NOT NULL, sequence INTEGER NOT NULL, piece INTEGER NOT NULL,
  size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (sequence, piece));
CREATE TABLE quarantine (first INTEGER NOT NULL, last INTEGER PRIMARY KEY, author TEXT, time INTEGER,
  since INTEGER NOT NULL);
CREATE TABLE search (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, readable INTEGER NOT NULL,
  trapping INTEGER);
CREATE INDEX staged ON entries (sequence) WHERE staged = 1;
CREATE INDEX threads_staged ON threads_entries (sequence) WHERE staged = 1;
CREATE TABLE sources (digest TEXT NOT NULL, piece INTEGER NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL,
  size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (digest, piece));
INSERT INTO meta (key, value) VALUES ('epoch', 'the old epoch'), ('schema', '12');
