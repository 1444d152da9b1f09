-- compat: 8
-- Nobody has ever read the journal by conversation, and every message paid for it; what will may make it again.

DROP INDEX journal_by_conversation;
