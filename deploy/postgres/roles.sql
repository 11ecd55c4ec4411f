-- Least-privilege roles. Run by a superuser in the database of the features, before the first migration or at any time
-- after it; running it again changes nothing. It gives no passwords: docs/security.md has the steps.
--
--   exact_features_owner   owns the tables: migrations
--   exact_features_writer  reads and changes rows: the worker, `ingest load`
--   exact_features_reader  reads: a group; people's own roles are members of it

DO $$
BEGIN
    IF to_regrole('exact_features_owner') IS NULL THEN
        CREATE ROLE exact_features_owner LOGIN;
    END IF;
    IF to_regrole('exact_features_writer') IS NULL THEN
        CREATE ROLE exact_features_writer LOGIN;
    END IF;
    IF to_regrole('exact_features_reader') IS NULL THEN
        CREATE ROLE exact_features_reader NOLOGIN;
    END IF;
END
$$;

-- By default every role of the server may connect to each of its databases and make temporary tables there.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO exact_features_owner, exact_features_writer, exact_features_reader',
                   current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO exact_features_owner;
GRANT USAGE ON SCHEMA public TO exact_features_writer, exact_features_reader;

-- Tables and views that migrations will make.
ALTER DEFAULT PRIVILEGES FOR ROLE exact_features_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO exact_features_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE exact_features_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO exact_features_reader;

-- Those that are there: all tables and views that belong to whoever made the tables of the engine. So nothing that
-- others have made in the schema changes hands.
DO $$
DECLARE
    relation text;
BEGIN
    FOR relation IN
        SELECT relname FROM pg_class
         WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p', 'v')
           AND relowner = (SELECT relowner FROM pg_class WHERE oid = to_regclass('public.stream_offsets'))
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
         ORDER BY 1
    LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO exact_features_owner', relation);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO exact_features_writer', relation);
        EXECUTE format('GRANT SELECT ON public.%I TO exact_features_reader', relation);
    END LOOP;
    -- The writer looks which version the schema has; only migrations change it.
    IF to_regclass('public.alembic_version') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE ON public.alembic_version FROM exact_features_writer;
    END IF;
END
$$;
