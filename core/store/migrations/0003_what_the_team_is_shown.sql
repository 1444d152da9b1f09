-- What must still hold when a message leaves: with_bot (nobody of the team has the conversation), always.

ALTER TABLE outbox ADD COLUMN condition TEXT NOT NULL DEFAULT '';
