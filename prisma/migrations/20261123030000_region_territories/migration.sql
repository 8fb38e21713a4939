-- Where a region lies by law, as its target says; empty until the worker that serves it has said so.
ALTER TABLE "Region" ADD COLUMN "territories" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
