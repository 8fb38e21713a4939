-- Forecasts of any additive metric by day, each with the error that the same method made on the days that are known.

CREATE SCHEMA forecast;

/* The value of the same weekday of the last week. */
CREATE FUNCTION forecast.seasonal_naive(y double precision[], p_season int, p_horizon int) RETURNS double precision[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(y[cardinality(y) - p_season + 1 + (h - 1) % p_season] ORDER BY h) FROM generate_series(1, p_horizon) AS h
$$;

/* Holt-Winters, additive: level, trend and weekday, each smoothed. */
CREATE FUNCTION forecast.holt_winters(y double precision[], p_season int, p_horizon int) RETURNS double precision[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  alpha CONSTANT double precision := 0.25;
  beta CONSTANT double precision := 0.02;
  gamma CONSTANT double precision := 0.25;
  v_level double precision := (SELECT avg(v) FROM unnest(y[1:p_season]) AS v);
  v_trend double precision := ((SELECT avg(v) FROM unnest(y[p_season + 1:2 * p_season]) AS v) - v_level) / p_season;
  v_before double precision;
  v_weekday double precision[];
  v_at int;
BEGIN
  FOR i IN 1 .. p_season LOOP
    v_weekday[i] := y[i] - v_level;
  END LOOP;
  FOR i IN p_season + 1 .. cardinality(y) LOOP
    v_at := (i - 1) % p_season + 1;
    v_before := v_level;
    v_level := alpha * (y[i] - v_weekday[v_at]) + (1 - alpha) * (v_level + v_trend);
    v_trend := beta * (v_level - v_before) + (1 - beta) * v_trend;
    v_weekday[v_at] := gamma * (y[i] - v_level) + (1 - gamma) * v_weekday[v_at];
  END LOOP;
  RETURN ARRAY(SELECT greatest(0, v_level + h * v_trend + v_weekday[(cardinality(y) + h - 1) % p_season + 1]) FROM generate_series(1, p_horizon) AS h);
END $$;

/* Mean absolute error over the mean of what was, percent; NULL when nothing was. */
CREATE FUNCTION forecast.error_percent(p_actual double precision[], p_forecast double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT 100 * avg(abs(a - f)) / nullif(avg(a), 0) FROM unnest(p_actual, p_forecast) AS u (a, f)
$$;

/* {metric, days?, history?, where?, source?}: both methods forecast the last two known weeks from what came before; the better one
   forecasts the days ahead. ICA06 for a metric that does not add up, or with less than six weeks of history.
   → {metric, method, errorPercent, rows: [{day, actual, forecast}]} */
CREATE FUNCTION api.forecast_metric(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_question semantic.question := semantic.question_of(p - '{by,from,to}'::text[]);
  v_metric semantic.metric := semantic.need_metric(v_question.metric);
  v_days int := pack.opt_int(p, 'days', 14, 1, 60);
  v_last date := ingest.today() - 1; -- today is not over
  v_first date;
  y double precision[];
  v_known double precision[];
  v_test double precision[];
  v_naive double precision;
  v_smooth double precision;
BEGIN
  SELECT greatest(min(dd.d), v_last - pack.opt_int(p, 'history', 182, 42, 730)) INTO v_first
  FROM dwh.fact_sales f JOIN dwh.dim_date dd USING (date_key)
  WHERE CASE WHEN v_question.source IS NULL THEN f.source <> 'smoke' ELSE f.source = v_question.source END;
  IF NOT v_metric.additive OR v_first IS NULL OR v_last - v_first < 41 THEN
    PERFORM pack.fail('ICA06', 'there is no forecast of this', jsonb_build_object('metric', v_metric.metric,
      'reason', CASE WHEN v_metric.additive THEN 'history' ELSE 'not_additive' END, 'daysNeeded', 42, 'daysKnown', coalesce(v_last - v_first + 1, 0)));
  END IF;
  v_question.dims := '{day}';
  v_question.since := v_first;
  v_question.until := v_last;
  SELECT array_agg(coalesce(c.value, 0)::double precision ORDER BY day) INTO y
  FROM generate_series(v_first, v_last, interval '1 day') AS day LEFT JOIN semantic.cells(v_question) AS c ON c.key = to_char(day, 'YYYY-MM-DD');
  v_known := y[1:cardinality(y) - 14];
  v_test := y[cardinality(y) - 13:];
  v_naive := forecast.error_percent(v_test, forecast.seasonal_naive(v_known, 7, 14));
  v_smooth := forecast.error_percent(v_test, forecast.holt_winters(v_known, 7, 14));
  RETURN jsonb_build_object('metric', v_metric.metric, 'unit', CASE WHEN v_metric.money THEN v_question.currency ELSE v_metric.unit END,
    'money', v_metric.money, 'method', CASE WHEN v_smooth < v_naive THEN 'holt_winters' ELSE 'seasonal_naive' END,
    'errorPercent', round(least(v_naive, v_smooth)::numeric, 1), 'rows', (
      SELECT jsonb_agg(jsonb_build_object('day', to_char(v_first + n, 'YYYY-MM-DD'), 'actual', round(y[n + 1]),
        'forecast', CASE WHEN n >= cardinality(y) THEN round(ahead[n + 1 - cardinality(y)]) END) ORDER BY n)
      FROM generate_series(greatest(0, cardinality(y) - 56), cardinality(y) + v_days - 1) AS n,
        (SELECT CASE WHEN v_smooth < v_naive THEN forecast.holt_winters(y, 7, v_days) ELSE forecast.seasonal_naive(y, 7, v_days) END AS ahead) AS f));
END $$;
SELECT pack.declare_function('forecast_metric', false);
