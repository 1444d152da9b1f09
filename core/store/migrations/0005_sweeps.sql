-- What a platform failed to tell: reports that are asked for, and messages that are looked for.

ALTER TABLE outbox ADD COLUMN report_due_at INTEGER;                     -- when the platform is asked how far it got; NULL: nobody asks
ALTER TABLE outbox ADD COLUMN report_looks INTEGER NOT NULL DEFAULT 0;   -- how often it was asked
CREATE INDEX outbox_report_due ON outbox (destination, report_due_at) WHERE report_due_at IS NOT NULL;

ALTER TABLE messages ADD COLUMN is_late INTEGER NOT NULL DEFAULT 0 CHECK (is_late IN (0, 1));   -- found, not brought

-- Up to when everything that customers wrote on a channel is known here; what is older than the beginning was never ours.
CREATE TABLE sweeps (
    channel       TEXT PRIMARY KEY,
    begun_at      INTEGER NOT NULL,
    known_until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sweeps (channel, begun_at, known_until)
SELECT channel, max(last_inbound_at), max(last_inbound_at) FROM addresses GROUP BY channel;
