-- Run by a superuser in a fresh database, once, before base.sql. Names no role, so it serves templates and tenants alike.
--
-- Extensions live in a schema of their own: packs name their types and operators as ext.…, and the schema public,
-- where PostgreSQL would let everybody look, stays closed. Everybody may use ext: it holds pure functions only.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS ext;
GRANT USAGE ON SCHEMA ext TO PUBLIC;

CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS ltree SCHEMA ext;
