-- A database of the first edition, as pg_dump wrote it, after the files beside this one were loaded and corrected by it.
-- Comments were left out, and days set back, so that no clock is behind them.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.compounds (
    compound_id bigint NOT NULL,
    compound_name text NOT NULL,
    compound_structure text,
    published_at timestamp with time zone NOT NULL,
    load_id uuid NOT NULL,
    line bigint NOT NULL
);
CREATE TABLE public.deletions (
    topic text NOT NULL,
    id bigint NOT NULL,
    published_at timestamp with time zone NOT NULL,
    load_id uuid NOT NULL,
    line bigint NOT NULL
);
CREATE TABLE public.experiments (
    experiment_id bigint NOT NULL,
    user_id bigint NOT NULL,
    experiment_compound_ids bigint[] NOT NULL,
    experiment_run_time numeric(15,3) NOT NULL,
    published_at timestamp with time zone NOT NULL,
    load_id uuid NOT NULL,
    line bigint NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.load_files (
    load_id uuid NOT NULL,
    number bigint NOT NULL,
    told_by bigint NOT NULL,
    path text NOT NULL,
    kind text NOT NULL,
    deletes boolean NOT NULL,
    header text,
    options text NOT NULL,
    size bigint,
    digest text,
    digested bigint NOT NULL,
    published_at timestamp with time zone NOT NULL,
    read bigint NOT NULL,
    published bigint NOT NULL,
    rejected bigint NOT NULL,
    first_line bigint NOT NULL,
    last_line bigint NOT NULL,
    complete boolean NOT NULL
);
CREATE TABLE public.loads (
    load_id uuid NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    told_at timestamp with time zone NOT NULL,
    read bigint NOT NULL,
    published bigint NOT NULL,
    rejected bigint NOT NULL,
    error text,
    problems jsonb NOT NULL,
    positions jsonb NOT NULL
);
CREATE TABLE public.stream_offsets (
    topic text NOT NULL,
    partition integer NOT NULL,
    topic_id uuid NOT NULL,
    next_offset bigint NOT NULL,
    row_count bigint DEFAULT '0'::bigint NOT NULL,
    active_users bigint DEFAULT '0'::bigint NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE VIEW public.load_report AS
 SELECT loads.load_id,
        CASE
            WHEN ((loads.state = 'published'::text) AND all_positions.reached) THEN 'applied'::text
            ELSE loads.state
        END AS state,
    all_positions.reached,
    loads.started_at,
    loads.ended_at,
    loads.told_at,
    loads.read,
    loads.published,
    loads.rejected,
    loads.error,
    loads.problems,
    loads.positions
   FROM (public.loads
     CROSS JOIN LATERAL ( SELECT COALESCE(bool_and((((offsets.topic_id = "position".topic_id) AND (offsets.next_offset >= "position".next_offset)) IS TRUE)), true) AS reached
           FROM (jsonb_to_recordset(loads.positions) "position"(topic text, topic_id uuid, partition integer, next_offset bigint)
             LEFT JOIN public.stream_offsets offsets USING (topic, partition))) all_positions);
CREATE TABLE public.rebuilds (
    number bigint NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    rows_before jsonb NOT NULL,
    rows_after jsonb
);
ALTER TABLE public.rebuilds ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rebuilds_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reject_resolutions (
    reject_id uuid NOT NULL,
    load_id uuid NOT NULL,
    resolved_at timestamp with time zone NOT NULL
);
CREATE TABLE public.rejects (
    reject_id uuid NOT NULL,
    number bigint NOT NULL,
    file text,
    line bigint,
    field text,
    value text,
    reason text NOT NULL,
    load_id uuid,
    topic text,
    partition integer,
    "offset" bigint,
    rejected_at timestamp with time zone DEFAULT now() NOT NULL,
    code text,
    faults jsonb,
    original text,
    raw bytea,
    kind text,
    row_id bigint,
    published_at timestamp with time zone
);
CREATE TABLE public.users (
    user_id bigint NOT NULL,
    name text NOT NULL,
    email text,
    signup_date date NOT NULL,
    published_at timestamp with time zone NOT NULL,
    load_id uuid NOT NULL,
    line bigint NOT NULL
);
CREATE VIEW public.reject_report AS
 SELECT r.reject_id,
    r.number,
    r.file,
    r.line,
    r.field,
    r.value,
    r.reason,
    r.load_id,
    r.topic,
    r.partition,
    r."offset",
    r.rejected_at,
    r.code,
    r.faults,
    r.original,
    r.raw,
    r.kind,
    r.row_id,
    r.published_at,
        CASE
            WHEN (resolution.at IS NULL) THEN 'open'::text
            ELSE 'resolved'::text
        END AS state,
    resolution.at AS resolved_at,
    resolution.load_id AS resolved_by
   FROM ((public.rejects r
     CROSS JOIN LATERAL ( SELECT COALESCE(r.load_id, (lpad(to_hex(r.partition), 32, '0'::text))::uuid) AS by_load,
            COALESCE(r.line, r."offset") AS by_line) publication)
     LEFT JOIN LATERAL ( SELECT found.at,
            found.load_id
           FROM ( SELECT reject_resolutions.resolved_at AS at,
                    reject_resolutions.load_id
                   FROM public.reject_resolutions
                  WHERE ((reject_resolutions.reject_id = r.reject_id) AND (reject_resolutions.resolved_at > r.published_at))
                UNION ALL
                 SELECT experiments.published_at,
                    experiments.load_id
                   FROM public.experiments
                  WHERE ((r.kind = 'experiments'::text) AND (experiments.experiment_id = r.row_id) AND (ROW(experiments.published_at, experiments.load_id, experiments.line) > ROW(r.published_at, publication.by_load, publication.by_line)))
                UNION ALL
                 SELECT users.published_at,
                    users.load_id
                   FROM public.users
                  WHERE ((r.kind = 'users'::text) AND (users.user_id = r.row_id) AND (ROW(users.published_at, users.load_id, users.line) > ROW(r.published_at, publication.by_load, publication.by_line)))
                UNION ALL
                 SELECT compounds.published_at,
                    compounds.load_id
                   FROM public.compounds
                  WHERE ((r.kind = 'compounds'::text) AND (compounds.compound_id = r.row_id) AND (ROW(compounds.published_at, compounds.load_id, compounds.line) > ROW(r.published_at, publication.by_load, publication.by_line)))
                UNION ALL
                 SELECT deletions.published_at,
                    deletions.load_id
                   FROM public.deletions
                  WHERE ((deletions.topic = r.kind) AND (deletions.id = r.row_id) AND (ROW(deletions.published_at, deletions.load_id, deletions.line) > ROW(r.published_at, publication.by_load, publication.by_line)))
                UNION ALL
                 SELECT load_files.published_at,
                    load_files.load_id
                   FROM public.load_files
                  WHERE ((r.row_id IS NULL) AND (load_files.path = r.file) AND (load_files.published_at > r.published_at) AND ((r.line >= load_files.first_line) AND (r.line <= load_files.last_line)))) found
          ORDER BY found.at
         LIMIT 1) resolution ON (true));
ALTER TABLE public.rejects ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.rejects_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.user_features (
    user_id bigint NOT NULL,
    total_experiments bigint NOT NULL,
    total_run_time numeric NOT NULL,
    average_run_time numeric NOT NULL,
    total_compounds bigint NOT NULL,
    top_compound_id bigint,
    top_compound_count bigint NOT NULL,
    tied_compound_ids bigint[] NOT NULL,
    version bigint NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='70');
CREATE VIEW public.user_report AS
 WITH counters AS (
         SELECT sum(stream_offsets.row_count) FILTER (WHERE (stream_offsets.topic = 'experiments'::text)) AS experiments,
            sum(stream_offsets.row_count) FILTER (WHERE (stream_offsets.topic = 'users'::text)) AS users,
            sum(stream_offsets.active_users) AS active_users
           FROM public.stream_offsets
        )
 SELECT u.user_id,
    u.name,
    u.email,
    u.signup_date,
    COALESCE(f.total_experiments, (0)::bigint) AS total_experiments,
    COALESCE(f.total_run_time, (0)::numeric) AS total_run_time,
    f.average_run_time,
    COALESCE(f.total_compounds, (0)::bigint) AS total_compounds,
    f.top_compound_id,
    c.compound_name AS top_compound_name,
    COALESCE(f.top_compound_count, (0)::bigint) AS top_compound_count,
    COALESCE(f.tied_compound_ids, '{}'::bigint[]) AS tied_compound_ids,
    ((f.total_compounds)::numeric / (NULLIF(f.total_experiments, 0))::numeric) AS average_compounds_per_experiment,
    (COALESCE(n.experiments, (0)::numeric) / NULLIF(n.users, (0)::numeric)) AS average_experiments_per_user,
    (n.experiments / NULLIF(n.active_users, (0)::numeric)) AS average_experiments_per_active_user,
    f.version,
    f.updated_at
   FROM (((( SELECT users.user_id,
            users.name,
            users.email,
            users.signup_date
           FROM public.users
        UNION ALL
         SELECT f_1.user_id,
            NULL::text,
            NULL::text,
            NULL::date
           FROM (public.user_features f_1
             JOIN public.deletions d ON (((d.topic = 'users'::text) AND (d.id = f_1.user_id))))
          WHERE (NOT (EXISTS ( SELECT
                   FROM public.users u_1
                  WHERE (u_1.user_id = f_1.user_id))))) u
     CROSS JOIN counters n)
     LEFT JOIN public.user_features f USING (user_id))
     LEFT JOIN public.compounds c ON ((c.compound_id = f.top_compound_id)));
COPY public.alembic_version (version_num) FROM stdin;
0006
\.
COPY public.compounds (compound_id, compound_name, compound_structure, published_at, load_id, line) FROM stdin;
4	Compound 4	C4	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	5
5	Compound 5	C5	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	6
6	Compound 6	C6	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	7
2	Compound 2	C2	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	3
1	Compound 1	C1	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	2
3	Compound 3	C3	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	4
7	Compound 7	C7	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	8
8	Compound 8	C8	2025-01-15 10:13:30.347+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	9
\.
COPY public.deletions (topic, id, published_at, load_id, line) FROM stdin;
experiments	20	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	2
experiments	21	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	3
experiments	23	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	5
experiments	22	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	4
experiments	24	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	6
experiments	25	2025-01-15 10:13:47.655+00	01a221a5-8e07-7dc6-a845-85debeb9cbac	7
users	20	2025-01-15 10:13:50.206+00	01a221a5-97fe-7948-8dd4-ea33531247c5	3
users	19	2025-01-15 10:13:50.206+00	01a221a5-97fe-7948-8dd4-ea33531247c5	2
\.
COPY public.experiments (experiment_id, user_id, experiment_compound_ids, experiment_run_time, published_at, load_id, line) FROM stdin;
13	17	{}	67.813	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	14
18	21	{5}	78.926	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	19
31	2	{6,2,5}	66.648	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	32
48	21	{5,8,9,4}	89.005	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	49
56	17	{}	65.365	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	57
59	11	{4,4,5,2}	71.425	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	60
70	2	{6,2}	4.318	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	71
75	17	{7,2,2}	28.875	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	76
78	21	{9,2}	33.426	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	79
80	21	{4,8,6,5}	98.715	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	81
11	19	{9,3}	20.132	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	12
12	1	{8}	10.952	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	13
14	22	{2,4,6,9}	80.090	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	15
17	22	{4,4,8,4}	13.971	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	18
26	9	{4,3,4}	31.610	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	27
30	8	{8,5}	80.563	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	31
33	9	{8}	67.634	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	34
36	1	{2,4,4,7}	54.737	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	37
37	9	{6,2,4,3}	53.921	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	38
39	9	{}	22.864	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	40
40	7	{}	11.385	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	41
41	1	{}	49.110	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	42
42	14	{4,1,6}	79.326	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	43
43	14	{3,6,9,3}	63.162	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	44
45	22	{}	48.582	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	46
9	5	{1,7}	2.250	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	10
5	1	{3,7}	1.250	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	6
7	3	{2,7}	1.750	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	8
3	4	{1,7}	0.750	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	4
8	4	{3,7}	2.000	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	9
1	2	{2,7}	0.250	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	2
50	7	{3,5,2,1}	54.811	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	51
51	9	{7,7}	8.764	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	52
52	14	{4,5,7}	34.076	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	53
53	9	{6,6,6,1}	87.493	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	54
54	7	{6,2,2}	49.443	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	55
58	1	{3,7,9,4}	0.057	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	59
61	19	{5}	96.705	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	62
62	8	{2}	43.206	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	63
65	1	{9,6,5}	60.776	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	66
66	19	{}	10.676	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	67
67	22	{}	34.581	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	68
69	22	{}	96.383	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	70
71	3	{}	63.229	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	72
72	13	{2}	50.494	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	73
73	1	{1}	96.097	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	74
74	7	{}	26.348	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	75
76	22	{5,1}	67.024	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	77
79	13	{8,2,4}	85.047	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	80
81	6	{1}	1.500	2025-01-15 10:13:53.271+00	01a221a5-a3f7-7317-94b9-62617e461a7b	2
27	16	{8}	23.527	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	28
49	4	{7}	57.081	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	50
55	16	{}	91.842	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	56
63	16	{8,4,7,9}	67.748	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	64
64	4	{}	16.880	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	65
15	20	{3,1}	90.975	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	16
16	15	{}	90.387	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	17
19	10	{4,2}	83.334	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	20
28	10	{8,9,5}	38.228	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	29
29	15	{1,6,8}	98.168	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	30
32	5	{1}	67.802	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	33
34	10	{1,6,9,6}	36.696	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	35
35	5	{6,5}	32.343	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	36
38	5	{7,8,5}	44.018	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	39
44	10	{4,7,8,9}	48.729	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	45
46	20	{1,8,2,3}	40.359	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	47
47	5	{}	3.556	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	48
57	15	{6}	73.669	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	58
60	10	{8,5,6}	13.000	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	61
68	6	{}	67.480	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	69
77	10	{7,3}	94.280	2025-01-15 10:13:30.456+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	78
4	5	{2,7}	1.000	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	5
2	3	{3,7}	0.500	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	3
10	1	{2,7}	2.500	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	11
6	2	{1,7}	1.500	2025-01-15 10:13:43.769+00	01a221a5-7ed9-7938-8488-bb1530c5cdea	7
\.
COPY public.load_files (load_id, number, told_by, path, kind, deletes, header, options, size, digest, digested, published_at, read, published, rejected, first_line, last_line, complete) FROM stdin;
01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	0	1	users.csv	users	f	user_id,name,email,signup_date	0e30286fdbaf9ff6	899	7d472427f7aea31baf0f763b593e3139503d0ce990e275642f8ef9bef06fec89	899	2025-01-15 10:13:29.268+00	22	20	2	1	23	t
01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	1	1	compounds.csv	compounds	f	compound_id,compound_name,compound_structure	9beae7f36da4ffcc	173	54f884ae3099b5ca36b446a065885965a1b52746a84e1003901c5d1143b876c5	173	2025-01-15 10:13:30.347+00	8	8	0	1	9	t
01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	2	1	user_experiments.csv	experiments	f	experiment_id,user_id,experiment_compound_ids,experiment_run_time	c9eacb7cffa3e29d	1410	51c82ff23f36e166427101e9753a7080193dcf08aaef5c4c7a1c4f7b33e8143b	1410	2025-01-15 10:13:30.456+00	83	80	3	1	84	t
01a221a5-7ed9-7938-8488-bb1530c5cdea	0	1	corrections.csv	experiments	f	experiment_id,user_id,experiment_compound_ids,experiment_run_time	c9eacb7cffa3e29d	192	f5f3d1952973bbaa3b8eed6478e6ddff17730d750a44ab1c21245b6b896c9a1d	192	2025-01-15 10:13:43.769+00	10	10	0	1	11	t
01a221a5-8e07-7dc6-a845-85debeb9cbac	0	1	deleted_experiments.csv	experiments	t	experiment_id	30d655884fa28921	32	1e47bfbcf438f19e70c2ad22765dbe86fa94ba8991af99c4589dedd6555905b6	32	2025-01-15 10:13:47.655+00	6	6	0	1	7	t
01a221a5-97fe-7948-8dd4-ea33531247c5	0	1	deleted_users.csv	users	t	user_id	447b014d6e7369d4	14	a39fedcaf15119d0d7dcdf76bcbf994508209d51045d3273d61c8b2f20c7f300	14	2025-01-15 10:13:50.206+00	2	2	0	1	3	t
01a221a5-a3f7-7317-94b9-62617e461a7b	0	1	fix/user_experiments.csv	experiments	f	experiment_id,user_id,experiment_compound_ids,experiment_run_time	c9eacb7cffa3e29d	77	a575ba04e477e1c97c9d1cf69d845d26efdf4214e17d836439d26ae32f2484ac	77	2025-01-15 10:13:53.271+00	1	1	0	1	2	t
\.
COPY public.loads (load_id, number, state, started_at, ended_at, told_at, read, published, rejected, error, problems, positions) FROM stdin;
01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	1	published	2025-01-15 10:13:29.268+00	2025-01-15 10:13:30.49+00	2025-01-15 10:13:30.49+00	113	108	5	\N	[]	[{"topic": "compounds", "records": 1, "topic_id": "0afecda9-a1d8-4d12-81bf-f1188b3212a0", "partition": 0, "next_offset": 1}, {"topic": "compounds", "records": 1, "topic_id": "0afecda9-a1d8-4d12-81bf-f1188b3212a0", "partition": 1, "next_offset": 1}, {"topic": "compounds", "records": 2, "topic_id": "0afecda9-a1d8-4d12-81bf-f1188b3212a0", "partition": 2, "next_offset": 2}, {"topic": "compounds", "records": 4, "topic_id": "0afecda9-a1d8-4d12-81bf-f1188b3212a0", "partition": 3, "next_offset": 4}, {"topic": "experiments", "records": 10, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 0, "next_offset": 10}, {"topic": "experiments", "records": 5, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 1, "next_offset": 5}, {"topic": "experiments", "records": 24, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 2, "next_offset": 24}, {"topic": "experiments", "records": 41, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 3, "next_offset": 41}, {"topic": "rejects", "records": 2, "topic_id": "cc14b04a-1f45-4fef-b682-0a973ca136ed", "partition": 0, "next_offset": 2}, {"topic": "rejects", "records": 3, "topic_id": "cc14b04a-1f45-4fef-b682-0a973ca136ed", "partition": 2, "next_offset": 3}, {"topic": "users", "records": 4, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 0, "next_offset": 4}, {"topic": "users", "records": 2, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 1, "next_offset": 2}, {"topic": "users", "records": 6, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 2, "next_offset": 6}, {"topic": "users", "records": 8, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 3, "next_offset": 8}]
01a221a5-7ed9-7938-8488-bb1530c5cdea	1	published	2025-01-15 10:13:43.769+00	2025-01-15 10:13:43.976+00	2025-01-15 10:13:43.976+00	10	10	0	\N	[]	[{"topic": "experiments", "records": 2, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 0, "next_offset": 12}, {"topic": "experiments", "records": 2, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 1, "next_offset": 7}, {"topic": "experiments", "records": 2, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 2, "next_offset": 26}, {"topic": "experiments", "records": 4, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 3, "next_offset": 45}]
01a221a5-8e07-7dc6-a845-85debeb9cbac	1	published	2025-01-15 10:13:47.655+00	2025-01-15 10:13:47.793+00	2025-01-15 10:13:47.793+00	6	6	0	\N	[]	[{"topic": "experiments", "records": 2, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 0, "next_offset": 14}, {"topic": "experiments", "records": 2, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 1, "next_offset": 9}, {"topic": "experiments", "records": 1, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 2, "next_offset": 27}, {"topic": "experiments", "records": 1, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 3, "next_offset": 46}]
01a221a5-97fe-7948-8dd4-ea33531247c5	1	published	2025-01-15 10:13:50.206+00	2025-01-15 10:13:50.314+00	2025-01-15 10:13:50.32+00	2	2	0	\N	[]	[{"topic": "users", "records": 1, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 2, "next_offset": 7}, {"topic": "users", "records": 1, "topic_id": "79eb7235-a9ce-4537-95ed-af2952cd1724", "partition": 3, "next_offset": 9}]
01a221a5-a3f7-7317-94b9-62617e461a7b	1	published	2025-01-15 10:13:53.271+00	2025-01-15 10:13:53.354+00	2025-01-15 10:13:53.354+00	1	1	0	\N	[]	[{"topic": "experiments", "records": 1, "topic_id": "527ada67-af4e-4d44-a739-3f821db451f1", "partition": 2, "next_offset": 28}]
\.
COPY public.rebuilds (number, started_at, ended_at, rows_before, rows_after) FROM stdin;
\.
COPY public.reject_resolutions (reject_id, load_id, resolved_at) FROM stdin;
\.
COPY public.rejects (reject_id, number, file, line, field, value, reason, load_id, topic, partition, "offset", rejected_at, code, faults, original, raw, kind, row_id, published_at) FROM stdin;
d1c90aa0-4dfd-ecd0-641d-f287b2b7a80b	1	user_experiments.csv	82	user_id	x	is not a whole number; expected a whole number from 1 to 2^63-1	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	\N	\N	\N	2025-01-15 10:13:40.098907+00	bad_id	[{"code": "bad_id", "field": "user_id", "value": "x", "reason": "is not a whole number; expected a whole number from 1 to 2^63-1"}]	81,x,1,1.5	\N	experiments	81	2025-01-15 10:13:30.456+00
56d9aa04-6086-2af0-1e89-7baa290682c2	2	user_experiments.csv	83	experiment_compound_ids	1;;2	has an empty compound id between two ';'; expected ids separated by ';'	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	\N	\N	\N	2025-01-15 10:13:40.098907+00	empty_compound_id	[{"code": "empty_compound_id", "field": "experiment_compound_ids", "value": "1;;2", "reason": "has an empty compound id between two ';'; expected ids separated by ';'"}]	82,3,1;;2,2.5	\N	experiments	82	2025-01-15 10:13:30.456+00
8a587f01-9fc4-601c-9d0a-bedfee5c4d99	3	user_experiments.csv	84	experiment_run_time	-1	is negative; expected a number ≥ 0 with up to 3 decimals	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	\N	\N	\N	2025-01-15 10:13:40.098907+00	negative	[{"code": "negative", "field": "experiment_run_time", "value": "-1", "reason": "is negative; expected a number ≥ 0 with up to 3 decimals"}]	83,4,1,-1	\N	experiments	83	2025-01-15 10:13:30.456+00
39d91971-0701-fedb-3727-71d0a5b57b63	4	users.csv	22	name		is empty; expected a text	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	\N	\N	\N	2025-01-15 10:13:40.265619+00	empty	[{"code": "empty", "field": "name", "value": "", "reason": "is empty; expected a text"}]	21,,user21@example.org,2024-03-21	\N	users	21	2025-01-15 10:13:29.268+00
f8f6063b-0bd9-a8f4-0f6c-56a7cc6b8a2f	5	users.csv	23	signup_date	2024-02-30	is not a valid date; expected a date, YYYY-MM-DD	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	\N	\N	\N	2025-01-15 10:13:40.265619+00	no_such_day	[{"code": "no_such_day", "field": "signup_date", "value": "2024-02-30", "reason": "is not a valid date; expected a date, YYYY-MM-DD"}]	22,User 22,user22@example.org,2024-02-30	\N	users	22	2025-01-15 10:13:29.268+00
\.
COPY public.stream_offsets (topic, partition, topic_id, next_offset, row_count, active_users, updated_at) FROM stdin;
rejects	1	cc14b04a-1f45-4fef-b682-0a973ca136ed	0	0	0	2025-01-15 10:13:38.013607+00
rejects	3	cc14b04a-1f45-4fef-b682-0a973ca136ed	0	0	0	2025-01-15 10:13:38.013607+00
loads	3	5bde2f19-5b08-4953-a2fd-7037e68a3112	2	0	0	2025-01-15 10:13:39.898817+00
compounds	1	0afecda9-a1d8-4d12-81bf-f1188b3212a0	1	1	0	2025-01-15 10:13:39.969009+00
compounds	2	0afecda9-a1d8-4d12-81bf-f1188b3212a0	2	2	0	2025-01-15 10:13:39.985441+00
users	0	79eb7235-a9ce-4537-95ed-af2952cd1724	4	4	0	2025-01-15 10:13:40.027404+00
compounds	0	0afecda9-a1d8-4d12-81bf-f1188b3212a0	1	1	0	2025-01-15 10:13:40.109062+00
rejects	2	cc14b04a-1f45-4fef-b682-0a973ca136ed	3	0	0	2025-01-15 10:13:40.098907+00
users	1	79eb7235-a9ce-4537-95ed-af2952cd1724	2	2	0	2025-01-15 10:13:40.195141+00
compounds	3	0afecda9-a1d8-4d12-81bf-f1188b3212a0	4	4	0	2025-01-15 10:13:40.16537+00
rejects	0	cc14b04a-1f45-4fef-b682-0a973ca136ed	2	0	0	2025-01-15 10:13:40.265619+00
loads	1	5bde2f19-5b08-4953-a2fd-7037e68a3112	2	0	0	2025-01-15 10:13:47.832286+00
experiments	0	527ada67-af4e-4d44-a739-3f821db451f1	14	8	4	2025-01-15 10:13:47.856216+00
experiments	3	527ada67-af4e-4d44-a739-3f821db451f1	46	40	9	2025-01-15 10:13:47.907019+00
experiments	1	527ada67-af4e-4d44-a739-3f821db451f1	9	3	1	2025-01-15 10:13:47.948841+00
users	2	79eb7235-a9ce-4537-95ed-af2952cd1724	7	5	0	2025-01-15 10:13:50.317047+00
loads	0	5bde2f19-5b08-4953-a2fd-7037e68a3112	4	0	0	2025-01-15 10:13:50.360531+00
users	3	79eb7235-a9ce-4537-95ed-af2952cd1724	9	7	0	2025-01-15 10:13:50.345771+00
experiments	2	527ada67-af4e-4d44-a739-3f821db451f1	28	24	6	2025-01-15 10:13:53.372609+00
loads	2	5bde2f19-5b08-4953-a2fd-7037e68a3112	2	0	0	2025-01-15 10:13:53.393286+00
\.
COPY public.user_features (user_id, total_experiments, total_run_time, average_run_time, total_compounds, top_compound_id, top_compound_count, tied_compound_ids, version, updated_at) FROM stdin;
11	1	71.425	71.4250000000000000	4	4	2	{4}	1883096555137991774	2025-01-15 10:13:39.871651+00
17	3	162.053	54.0176666666666667	3	2	2	{2}	1883096555137991774	2025-01-15 10:13:39.871651+00
21	4	300.072	75.0180000000000000	11	5	3	{5}	1883096555137991774	2025-01-15 10:13:39.871651+00
8	2	123.769	61.8845000000000000	3	2	1	{2,5,8}	1883096555213732359	2025-01-15 10:13:39.881626+00
13	2	135.541	67.7705000000000000	4	2	2	{2}	1883096555213732359	2025-01-15 10:13:39.881626+00
14	3	176.564	58.8546666666666667	10	3	2	{3,4,6}	1883096555213732359	2025-01-15 10:13:39.881626+00
19	3	127.513	42.5043333333333333	3	3	1	{3,5,9}	1883096555213732359	2025-01-15 10:13:39.881626+00
16	3	183.117	61.0390000000000000	5	8	2	{8}	1883096555320264345	2025-01-15 10:13:40.091012+00
20	2	131.334	65.6670000000000000	6	1	2	{1,3}	1883096555342086871	2025-01-15 10:13:40.025491+00
10	6	314.267	52.3778333333333333	18	6	3	{6,8,9}	1883096559457252759	2025-01-15 10:13:44.007881+00
9	6	272.286	45.3810000000000000	14	6	4	{6}	1883096559508415559	2025-01-15 10:13:44.033692+00
4	4	76.711	19.1777500000000000	5	7	3	{7}	1883096559563202295	2025-01-15 10:13:44.139483+00
22	6	340.631	56.7718333333333333	10	4	4	{4}	1883096559563202295	2025-01-15 10:13:44.139483+00
3	3	65.479	21.8263333333333333	4	7	2	{7}	1883096559563202295	2025-01-15 10:13:44.139483+00
2	4	72.716	18.1790000000000000	9	2	3	{2}	1883096559640412092	2025-01-15 10:13:44.204714+00
5	6	150.969	25.1615000000000000	10	7	3	{7}	1883096563468770910	2025-01-15 10:13:47.841409+00
7	4	141.987	35.4967500000000000	7	2	3	{2}	1883096563488919377	2025-01-15 10:13:47.856216+00
1	8	275.479	34.4348750000000000	17	7	4	{7}	1883096563525499588	2025-01-15 10:13:47.907019+00
15	3	262.224	87.4080000000000000	4	6	2	{6}	1883096563544112603	2025-01-15 10:13:47.948841+00
6	2	68.980	34.4900000000000000	1	1	1	{1}	1883096569238267285	2025-01-15 10:13:53.372609+00
\.
COPY public.users (user_id, name, email, signup_date, published_at, load_id, line) FROM stdin;
1	User 1	user1@example.org	2024-03-01	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	2
3	User 3	user3@example.org	2024-03-03	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	4
7	User 7	user7@example.org	2024-03-07	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	8
8	User 8	user8@example.org	2024-03-08	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	9
9	User 9	user9@example.org	2024-03-09	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	10
13	User 13	user13@example.org	2024-03-13	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	14
14	User 14	user14@example.org	2024-03-14	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	15
5	User 5	user5@example.org	2024-03-05	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	6
6	User 6	user6@example.org	2024-03-06	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	7
10	User 10	user10@example.org	2024-03-10	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	11
12	User 12	user12@example.org	2024-03-12	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	13
15	User 15	user15@example.org	2024-03-15	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	16
2	User 2	user2@example.org	2024-03-02	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	3
11	User 11	user11@example.org	2024-03-11	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	12
17	User 17	user17@example.org	2024-03-17	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	18
18	User 18	user18@example.org	2024-03-18	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	19
4	User 4	user4@example.org	2024-03-04	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	5
16	User 16	user16@example.org	2024-03-16	2025-01-15 10:13:29.268+00	01a221a5-4634-7b2c-ac8b-b1dff2aa53f7	17
\.
SELECT pg_catalog.setval('public.rebuilds_number_seq', 1, false);
SELECT pg_catalog.setval('public.rejects_number_seq', 5, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.compounds
    ADD CONSTRAINT compounds_pkey PRIMARY KEY (compound_id);
ALTER TABLE ONLY public.deletions
    ADD CONSTRAINT deletions_pkey PRIMARY KEY (topic, id);
ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_pkey PRIMARY KEY (experiment_id);
ALTER TABLE ONLY public.load_files
    ADD CONSTRAINT load_files_pkey PRIMARY KEY (load_id, number);
ALTER TABLE ONLY public.loads
    ADD CONSTRAINT loads_pkey PRIMARY KEY (load_id);
ALTER TABLE ONLY public.rebuilds
    ADD CONSTRAINT rebuilds_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.reject_resolutions
    ADD CONSTRAINT reject_resolutions_pkey PRIMARY KEY (reject_id);
ALTER TABLE ONLY public.rejects
    ADD CONSTRAINT rejects_pkey PRIMARY KEY (reject_id);
ALTER TABLE ONLY public.stream_offsets
    ADD CONSTRAINT stream_offsets_pkey PRIMARY KEY (topic, partition);
ALTER TABLE ONLY public.user_features
    ADD CONSTRAINT user_features_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);
CREATE INDEX experiments_user_id ON public.experiments USING btree (user_id);
CREATE INDEX load_files_path ON public.load_files USING btree (path);
CREATE INDEX load_files_size ON public.load_files USING btree (size);
CREATE INDEX loads_started_at ON public.loads USING btree (started_at);
CREATE INDEX rejects_number ON public.rejects USING btree (number);
CREATE INDEX rejects_of_offsets ON public.rejects USING btree (topic, partition, "offset") WHERE (code = ANY (ARRAY['bad_timestamp'::text, 'damaged'::text]));
