"""What can go wrong between the house and its memory: each class says who must now do what."""


class StoreError(Exception):
    """Every failure the store names itself; constraint violations stay `sqlite3.IntegrityError`."""


class StoreDown(StoreError):
    """The storage failed: disk full, I/O error, locked, read-only, cannot be opened, closed.

    The caller answers 503 (never 200) so that the sender comes again; the operator frees or mends the
    disk. The store recovers by itself once the cause is gone. Whether a failed commit reached the disk
    is unknown: what comes again is recognised by its key.
    """


class ReadTooLong(StoreError):
    """A read passed its time limit and was stopped.

    The developer gives the query an index or a narrower question. Nobody else was hurt.
    """


class ForeignAwait(StoreError):
    """A transaction awaited something else than its database; it was rolled back.

    The developer moves that await before or after the transaction.
    """

    def __init__(self) -> None:
        super().__init__("a transaction may await only its database")


class SchemaTooNew(StoreError):
    """The database was written by a newer program that this one cannot stand in for.

    The operator installs that newer release, or restores the copy made before it was installed.
    """


class MigrationEdited(StoreError):
    """The migration files and what the database remembers of them disagree, or the files have a hole.

    The operator reinstalls the release; the developer adds a new file instead of changing an old one.
    """


class MigrationFailed(StoreError):
    """A migration stopped on an error and was undone as a whole.

    The operator goes back to the previous release and reports the sentence; the developer mends the file.
    """


class AlreadyServing(StoreError):
    """Another process holds this database.

    The operator stops that process, or lets it do the work: two senders would say everything twice.
    """
