"""SQL made from a model: tables, the statements of rows and features, the audit.

In: `Model`, `RowTable`, `FeatureTable`. Out: SQLAlchemy's tables, and statements as texts with binds `$1`, `$2`, ….

Rows are one bind: an array of the table's own row type, such as `$1::"readings"[]`, whose fields stand in the order
of the table's columns; fields that a statement does not read may be NULL. Names made here, of parts of a statement,
begin with an underscore, which no declared table or column does.
"""
