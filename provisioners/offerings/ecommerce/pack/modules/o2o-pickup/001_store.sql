-- Store pickup: shops with slots of limited room, a place in one for an order, and a code that hands the goods over.
--
-- A store is a location of stock, so an order that is placed there holds the goods of that store.
-- Locks: the order first, then slots in ascending order of location and time.
--   ICO18 the handover code is wrong          {orderNo}
--   ICO19 the slot is full or closed          {location, startsAt, reason}

CREATE SCHEMA store;

CREATE TABLE store.store (
  location text PRIMARY KEY,
  name text NOT NULL,
  slot_minutes int NOT NULL CHECK (slot_minutes BETWEEN 5 AND 1440),
  per_slot int NOT NULL CHECK (per_slot > 0),
  opens time NOT NULL,
  closes time NOT NULL CHECK (closes > opens),
  time_zone text NOT NULL,
  open boolean NOT NULL DEFAULT true
);

CREATE TABLE store.slot (
  location text NOT NULL REFERENCES store.store,
  starts_at timestamptz NOT NULL,
  room int NOT NULL CHECK (room > 0),
  booked int NOT NULL DEFAULT 0,
  PRIMARY KEY (location, starts_at),
  CHECK (booked BETWEEN 0 AND room) -- the referee under any race
);

-- The code is kept as a hash: who reads the table cannot fetch somebody else's goods.
CREATE TABLE store.pickup (
  order_id uuid PRIMARY KEY REFERENCES sales.orders,
  location text NOT NULL,
  starts_at timestamptz NOT NULL,
  code_hash bytea NOT NULL,
  state text NOT NULL DEFAULT 'booked' CHECK (state IN ('booked', 'handed_over', 'released')),
  booked_at timestamptz NOT NULL DEFAULT now(),
  handed_over_at timestamptz,
  FOREIGN KEY (location, starts_at) REFERENCES store.slot,
  CHECK ((state = 'handed_over') = (handed_over_at IS NOT NULL))
);
CREATE INDEX pickup_by_slot ON store.pickup (location, starts_at) WHERE state <> 'released';

SELECT pack.declare_module_tables('o2o-pickup', ARRAY['store.store', 'store.pickup']);

CREATE FUNCTION store.hash_code(p_order_id uuid, p_code text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(convert_to(p_order_id::text || ':' || p_code, 'UTF8'))
$$;

/* Gives a slot its place back. */
CREATE FUNCTION store.release(p_order_id uuid) RETURNS void LANGUAGE sql AS $$
  WITH released AS (
    UPDATE store.pickup SET state = 'released' WHERE order_id = p_order_id AND state = 'booked' RETURNING location, starts_at
  )
  UPDATE store.slot s SET booked = s.booked - 1 FROM released r WHERE (s.location, s.starts_at) = (r.location, r.starts_at)
$$;

/* An order that ends without a handover, or goes by carrier after all, needs its place no more. */
CREATE FUNCTION store.follow_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM store.release(NEW.order_id);
  RETURN NULL;
END $$;
CREATE TRIGGER release_pickup AFTER UPDATE OF state ON sales.orders
  FOR EACH ROW WHEN (NEW.state IN ('cancelled', 'shipped', 'returned')) EXECUTE FUNCTION store.follow_order();

/* Handed over by another way than the code: the place was used all the same. */
CREATE FUNCTION store.note_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE store.pickup SET state = 'handed_over', handed_over_at = now() WHERE order_id = NEW.order_id AND state = 'booked';
  RETURN NULL;
END $$;
CREATE TRIGGER note_handover AFTER UPDATE OF state ON sales.orders
  FOR EACH ROW WHEN (NEW.state = 'delivered') EXECUTE FUNCTION store.note_handover();
