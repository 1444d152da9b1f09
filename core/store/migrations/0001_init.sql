-- Times are integer milliseconds UTC. Order comes from sequences within a conversation or a lane.

CREATE TABLE customers (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    language      TEXT NOT NULL,
    phone         TEXT NOT NULL,          -- proven, E.164; empty when unknown
    company       TEXT NOT NULL,
    vip           INTEGER NOT NULL CHECK (vip IN (0, 1)),
    greeted_at    INTEGER,
    asked_phone_at INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX customers_by_phone ON customers (phone) WHERE phone <> '';

CREATE TABLE addresses (
    channel       TEXT NOT NULL,
    external_id   TEXT NOT NULL,
    customer_id   TEXT NOT NULL REFERENCES customers (id),
    last_inbound_at INTEGER NOT NULL,
    PRIMARY KEY (channel, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_customer ON addresses (customer_id);

CREATE TABLE conversations (
    id            TEXT PRIMARY KEY,
    customer_id   TEXT NOT NULL REFERENCES customers (id),
    status        TEXT NOT NULL CHECK (status IN ('bot', 'open', 'in_progress', 'resolved', 'closed')),
    mode          TEXT NOT NULL,
    channel       TEXT NOT NULL,          -- of the latest message: where replies go
    external_id   TEXT NOT NULL,
    entry_channel TEXT NOT NULL,          -- of the first message; never changes
    entry_external_id TEXT NOT NULL,
    handle        TEXT NOT NULL,
    motive        TEXT NOT NULL,
    priority      TEXT NOT NULL CHECK (priority IN ('urgent', 'normal', 'low')),
    criterion     TEXT NOT NULL,          -- which criterion made it urgent, as JSON; empty when none did
    owner         TEXT NOT NULL,
    team          TEXT NOT NULL,
    waiting_for   TEXT CHECK (waiting_for IN ('us', 'customer', 'third_party')),
    waiting_since INTEGER,
    opened_at     INTEGER NOT NULL,
    handed_off_at INTEGER,
    claimed_at    INTEGER,
    first_reply_at INTEGER,
    resolved_at   INTEGER,
    closed_at     INTEGER,
    ending        TEXT CHECK (ending IN ('answered', 'unconfirmed', 'abandoned', 'resolved')),
    last_customer_at INTEGER,
    last_agent_at INTEGER,
    promised_for  INTEGER,
    duty_called_at INTEGER,
    reopened      INTEGER NOT NULL,
    recap         TEXT NOT NULL,
    thread_place  TEXT NOT NULL,
    thread_reference TEXT NOT NULL,
    previous_id   TEXT NOT NULL,
    talk          TEXT NOT NULL,          -- the bot's side, as JSON
    messages      INTEGER NOT NULL,       -- how many messages it holds: the next one's number
    version       INTEGER NOT NULL,
    CHECK (status <> 'in_progress' OR owner <> ''),
    CHECK (status <> 'closed' OR (waiting_for IS NULL AND closed_at IS NOT NULL AND ending IS NOT NULL)),
    CHECK (status = 'closed' OR (closed_at IS NULL AND ending IS NULL)),
    CHECK (status NOT IN ('open', 'in_progress') OR (handle <> '' AND handed_off_at IS NOT NULL)),
    CHECK (status <> 'resolved' OR (motive <> '' AND recap <> ''))
) STRICT;
CREATE UNIQUE INDEX one_active_conversation ON conversations (customer_id) WHERE status <> 'closed';
CREATE UNIQUE INDEX one_open_handle ON conversations (handle)
    WHERE handle <> '' AND status IN ('open', 'in_progress', 'resolved');
CREATE INDEX conversations_by_customer ON conversations (customer_id, opened_at);
CREATE INDEX conversations_waiting ON conversations (priority, waiting_since)
    WHERE status IN ('open', 'in_progress');
CREATE INDEX conversations_by_owner ON conversations (owner) WHERE status IN ('in_progress', 'resolved');
CREATE INDEX conversations_by_thread ON conversations (thread_place, thread_reference)
    WHERE thread_reference <> '';
CREATE INDEX conversations_closed_lately ON conversations (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE messages (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq           INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    author        TEXT NOT NULL CHECK (author IN ('customer', 'bot', 'agent', 'note')),
    who           TEXT NOT NULL,          -- the agent's id; empty for customers and the bot
    channel       TEXT NOT NULL,
    text          TEXT NOT NULL,
    media         TEXT NOT NULL,          -- JSON list
    reference     TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    key           TEXT PRIMARY KEY,       -- the sender's own id of what happened
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    event         TEXT NOT NULL,          -- JSON
    raw           BLOB                    -- the request as it came
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_by_conversation ON journal (conversation_id, at);

CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    lane          TEXT NOT NULL,          -- one ordered stream: a conversation and a destination
    seq           INTEGER NOT NULL,
    destination   TEXT NOT NULL,          -- who carries it
    kind          TEXT NOT NULL,
    place         TEXT NOT NULL,
    is_for_customer INTEGER NOT NULL CHECK (is_for_customer IN (0, 1)),
    agent         TEXT NOT NULL,          -- who typed it; empty: our own words
    payload       TEXT NOT NULL,          -- JSON: the final words
    state         TEXT NOT NULL
        CHECK (state IN ('held', 'ready', 'sending', 'unknown', 'sent', 'failed', 'cancelled')),
    urgent        INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    created_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,       -- not tried, or asked about, before this
    attempts      INTEGER NOT NULL,
    attempted_at  INTEGER,
    unknown_since INTEGER,
    looks         INTEGER NOT NULL,       -- look-ups that found nothing since the last attempt
    resends       INTEGER NOT NULL,
    settled_at    INTEGER,
    reference     TEXT NOT NULL,          -- the platform's own id
    report        TEXT NOT NULL,          -- the furthest delivery report
    error         TEXT NOT NULL,
    UNIQUE (lane, seq)
) STRICT;
CREATE INDEX outbox_open ON outbox (lane, seq) WHERE state IN ('held', 'ready', 'sending', 'unknown');
CREATE INDEX outbox_ready ON outbox (destination, urgent DESC, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_unknown ON outbox (destination, due_at) WHERE state = 'unknown';
CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';
CREATE INDEX outbox_failed ON outbox (settled_at) WHERE state = 'failed';
CREATE INDEX outbox_by_reference ON outbox (reference) WHERE reference <> '';
CREATE INDEX outbox_threads ON outbox (conversation_id, seq) WHERE kind = 'open_thread';

CREATE TABLE budgets (
    name          TEXT PRIMARY KEY,
    next_at       INTEGER NOT NULL,       -- theoretical arrival time of the next permit
    blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    kind          TEXT NOT NULL,
    due_at        INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE promises (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq           INTEGER NOT NULL,
    told_at       INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome IN ('live', 'kept', 'late', 'renegotiated')),
    settled_at    INTEGER,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_live_promise ON promises (conversation_id) WHERE outcome = 'live';
CREATE INDEX promises_due ON promises (due_at) WHERE outcome = 'live';

CREATE TABLE quarantine (
    id            TEXT PRIMARY KEY,
    at            INTEGER NOT NULL,
    source        TEXT NOT NULL,
    key           TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('malformed', 'undecided', 'agent_act')),
    error         TEXT NOT NULL,          -- a class name and our own words, never the body's
    raw           BLOB NOT NULL,
    replayed_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX quarantine_once ON quarantine (source, key) WHERE key <> '';
CREATE INDEX quarantine_waiting ON quarantine (at) WHERE replayed_at IS NULL;

CREATE TABLE drafts (
    id            TEXT PRIMARY KEY,
    agent         TEXT NOT NULL,
    verb          TEXT NOT NULL,
    text          TEXT NOT NULL,
    at            INTEGER NOT NULL,
    used_at       INTEGER
) STRICT;
CREATE INDEX drafts_by_age ON drafts (at);

CREATE TABLE articles (
    id            TEXT PRIMARY KEY,
    language      TEXT NOT NULL,
    active        INTEGER NOT NULL CHECK (active IN (0, 1)),
    body          TEXT NOT NULL,          -- JSON
    updated_at    INTEGER NOT NULL
) STRICT;
