-- What the demo shows of receipts: bulk goods in the warehouse, some of it receipted, pledged and sold on. Takes the place of the core's
-- empty function.

CREATE OR REPLACE FUNCTION core.seed_receipts(p_until timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_warehouse text := core.demo_gln(10);
  v_bank text := core.demo_gln(57);
  v_lot uuid;
  v_no text;
  v_holder text;
  v_at timestamptz;
BEGIN
  FOR n IN 1..8 LOOP
    v_lot := md5('demo-lot-' || n)::uuid;
    v_at := p_until - interval '20 days' * core.demo_draw('lot' || n) - interval '2 days';
    INSERT INTO wr.lot (lot_id, warehouse, bin, commodity, grade, uom, qty, receipted, unit_value_minor, counted, counted_at, created_at)
    VALUES (v_lot, v_warehouse, format('Y.%s', n), (ARRAY['copper cathode', 'soybeans', 'cotton', 'aluminium ingot'])[1 + n % 4], 'A', 'TNE', 100 + 20 * n,
      60 + 10 * n, (ARRAY[6850000, 420000, 1560000, 2010000])[1 + n % 4], 100 + 20 * n, p_until - interval '1 day', v_at);
    FOR part IN 1..2 LOOP
      v_no := format('DEMO-R%s-%s', n, part);
      v_holder := core.demo_gln(50 + 1 + (n + part) % 6);
      INSERT INTO wr.receipt (receipt_no, lot_id, qty, negotiable, jurisdiction, holder, issued_at)
      SELECT v_no, v_lot, 30 + 5 * n, true, value #>> '{}', v_holder, v_at FROM pack.param WHERE key = 'wr_jurisdiction';
      PERFORM wr.log(v_no, 'issue', v_warehouse, jsonb_build_object('to', v_holder, 'qty', (30 + 5 * n)::text, 'lotId', v_lot), NULL, v_at);
      IF core.demo_draw('pledge' || v_no) < 0.45 THEN
        UPDATE wr.receipt SET state = 'pledged', pledgee = v_bank WHERE receipt_no = v_no;
        PERFORM wr.log(v_no, 'pledge', v_holder, jsonb_build_object('to', v_bank), NULL, v_at + interval '1 day');
      END IF;
    END LOOP;
  END LOOP;
END $$;
