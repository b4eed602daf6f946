"""The one MetaData that rooms declare their tables on, with predictable constraint names for migrations."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: 64-bit key. SQLite gives row-id speed only to a column declared INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")
