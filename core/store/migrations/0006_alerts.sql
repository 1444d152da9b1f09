-- What nobody was told of, and what the operators' place is told.

ALTER TABLE outbox ADD COLUMN is_dead INTEGER CHECK (is_dead IN (0, 1)); -- of what did not leave: nobody was told; NULL: not looked at
ALTER TABLE outbox ADD COLUMN told_at INTEGER;                           -- when the operators' place was told of it
UPDATE outbox SET is_dead = 0 WHERE state = 'failed';
CREATE INDEX outbox_unjudged ON outbox (id) WHERE state = 'failed' AND is_dead IS NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE is_dead = 1;

ALTER TABLE quarantine ADD COLUMN told_at INTEGER;
ALTER TABLE quarantine ADD COLUMN abandoned_at INTEGER;                  -- a manager let it go

-- One line each at the operators' place, in its final words.
CREATE TABLE alerts (
    id            TEXT PRIMARY KEY,       -- the post carries it, so that it is found again
    at            INTEGER NOT NULL,
    subject       TEXT NOT NULL,          -- what it is about: dead, stuck:<destination>, silent:<channel>
    text          TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('ready', 'sending', 'sent', 'cancelled')),
    due_at        INTEGER NOT NULL,
    attempted_at  INTEGER,
    reference     TEXT NOT NULL,
    lasts         INTEGER NOT NULL CHECK (lasts IN (0, 1)) -- what it tells of is not over
) STRICT;
CREATE INDEX alerts_waiting ON alerts (at, id) WHERE state IN ('ready', 'sending');
CREATE INDEX alerts_by_subject ON alerts (subject, at);
CREATE UNIQUE INDEX one_lasting_alert ON alerts (subject) WHERE lasts = 1;

-- When somebody last wrote on a channel, and whether they usually do.
CREATE INDEX messages_of_customers ON messages (channel, at) WHERE author = 'customer';
