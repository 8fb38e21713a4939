-- The queue's tables are made by pg-boss when the worker starts; whatever it makes, the application may send jobs to.
CREATE SCHEMA IF NOT EXISTS pgboss;
GRANT USAGE ON SCHEMA pgboss TO industry_cloud_app;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pgboss TO industry_cloud_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT SELECT, INSERT ON TABLES TO industry_cloud_app;
