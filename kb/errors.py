"""Every error that a user can cause.

KbError                  one clear line: what, where, what to do next
├── CatalogueError       a file of `db/` does not fit the model
├── DocumentError        a document cannot be read
├── DatabaseError        the database is missing, damaged, in use or older than the program
├── EmbeddingError       a model cannot be loaded, or is not the one the vectors were made with
├── OutputError          a file cannot be written
├── ServingError         no page can be served at an address
└── NotFoundError        no such incident, tag or carrier

A wrong argument from code stays a `ValueError`. Only `kb.cli` turns a `KbError` into an exit status.
"""


class KbError(Exception):
    """A domain failure; its text is shown to the user as it stands."""


class CatalogueError(KbError):
    """A catalogue, taxonomy, lexicon or other data file of ours does not fit its model."""


class DocumentError(KbError):
    """A document cannot be read: empty, encrypted, without text, too large or of another kind."""


class DatabaseError(KbError):
    """The database is missing, damaged, locked, or of another schema version."""


class EmbeddingError(KbError):
    """An embedding model cannot be loaded, or does not match the stored vectors."""


class NotFoundError(KbError):
    """Something asked for by name does not exist."""


class OutputError(KbError):
    """A file that was asked for cannot be written: no space, no permission, no such folder."""


class ServingError(KbError):
    """Pages cannot be served where they were asked for: the port is taken, not allowed, or of another machine."""
