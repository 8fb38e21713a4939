-- Where the shop has sellers, refunds of the desk reach them; see modules/marketplace/003_returns.sql.
DO $$
BEGIN
  IF to_regproc('market.join_returns') IS NOT NULL THEN
    PERFORM market.join_returns();
  END IF;
END $$;
