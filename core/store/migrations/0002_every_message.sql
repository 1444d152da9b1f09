-- What customers and agents do beside writing: quotes, edits, leaving, coming by a link; and menus kept at Twilio.

ALTER TABLE addresses ADD COLUMN absence TEXT NOT NULL DEFAULT '';       -- why nothing may be sent there: stopped, blocked
ALTER TABLE conversations ADD COLUMN origin TEXT NOT NULL DEFAULT '';    -- what the link said by which they came
ALTER TABLE conversations ADD COLUMN lost_by TEXT NOT NULL DEFAULT '';   -- who owned it before somebody else's act took it
ALTER TABLE conversations ADD COLUMN lost_at INTEGER;
ALTER TABLE messages ADD COLUMN quoted TEXT NOT NULL DEFAULT '';         -- the words it answers to
ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT '';            -- a reply and its line in the thread share it

CREATE INDEX messages_by_reference ON messages (conversation_id, reference) WHERE reference <> '';
CREATE INDEX conversations_lost ON conversations (lost_by, lost_at) WHERE lost_by <> '';
CREATE INDEX outbox_about ON outbox (about) WHERE about <> '';

ALTER TABLE drafts DROP COLUMN used_at;

-- Later versions of a message: what was written first stays where it is.
CREATE TABLE versions (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    reference     TEXT NOT NULL,
    version       INTEGER NOT NULL,       -- the platform's own count or date of the change
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('edited', 'deleted')),
    text          TEXT NOT NULL,
    PRIMARY KEY (conversation_id, reference, version)
) STRICT, WITHOUT ROWID;

-- Menus that a messaging account keeps under an id of its own; made once for each account and language.
CREATE TABLE contents (
    account       TEXT NOT NULL,
    language      TEXT NOT NULL,
    key           TEXT NOT NULL,          -- a digest of everything the menu shows
    reference     TEXT NOT NULL,
    made_at       INTEGER NOT NULL,
    PRIMARY KEY (account, language, key)
) STRICT, WITHOUT ROWID;
