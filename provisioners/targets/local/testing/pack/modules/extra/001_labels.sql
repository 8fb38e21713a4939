CREATE TABLE notes.label (name text PRIMARY KEY);
CREATE VIEW api.label AS SELECT name FROM notes.label;
