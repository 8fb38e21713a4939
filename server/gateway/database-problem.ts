/** From a database's refusal to the caller's problem: by SQLSTATE alone, never by its words, which may show SQL or data. */
import type { Route } from '../registry/model.ts';
import { Problem, problem, type ProblemCode } from './problems.ts';
import { ConnectionLost } from './run-statement.ts';

const RETRY: Readonly<Record<string, string>> = { 'retry-after': '1' };

const BY_STATE: Readonly<Record<string, ProblemCode>> = {
  '57014': 'statement_timeout',
  '55P03': 'lock_timeout',
  '40001': 'lock_timeout',
  '40P01': 'lock_timeout',
  '53100': 'storage_full',
  '53400': 'temp_space',
  '53300': 'database_unavailable',
  '54001': 'value_invalid',
  '57P03': 'tenant_moving',
};

/** By the first two characters: bad values, violated constraints. */
const BY_CLASS: Readonly<Record<string, ProblemCode>> = { '22': 'value_invalid', '23': 'conflict' };

const RETRIED = new Set<ProblemCode>(['lock_timeout', 'database_unavailable', 'tenant_moving']);

/** Refusals that mean "no writing" while storage is full: EXECUTE revoked, or a read-only transaction. */
const WRITES_REFUSED = new Set(['42501', '25006']);

/** @returns the problem to answer with; `internal` when the caller can do nothing about it */
export function problemOfDatabase(error: unknown, route: Route): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ConnectionLost) return problem('database_unavailable', {}, RETRY);
  const code = sqlState(error);
  if (code === null) return problem('internal');
  const own = Object.hasOwn(route.api.errors, code) ? route.api.errors[code] : undefined;
  if (own) return new Problem(code, own, factsOf(error), {});
  if (WRITES_REFUSED.has(code) && route.state === 'read_only') return problem('storage_full');
  const known = BY_STATE[code] ?? BY_CLASS[code.slice(0, 2)];
  if (known === undefined) return problem('internal');
  return problem(known, {}, RETRIED.has(known) ? RETRY : {});
}

/** Whether the database refused a write for lack of a right: the route in memory may be older than the quota's verdict. */
export function isWriteRefused(error: unknown): boolean {
  return WRITES_REFUSED.has(sqlState(error) ?? '');
}

function sqlState(error: unknown): string | null {
  const ofDatabase = error instanceof Error && 'severity' in error && 'code' in error;
  return ofDatabase && typeof error.code === 'string' ? error.code : null;
}

/** A pack puts facts into DETAIL as one JSON object; anything else stays inside. */
function factsOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error) || !('detail' in error) || typeof error.detail !== 'string') return {};
  try {
    const facts: unknown = JSON.parse(error.detail);
    return typeof facts === 'object' && facts !== null && !Array.isArray(facts) ? { ...facts } : {};
  } catch {
    return {};
  }
}
