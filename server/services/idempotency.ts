/** One answer per key: a repeated request gets what the first one got, another request under the same key is refused. */
import type { Transaction } from '../db/client.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical-json.ts';
import { refuse, toJson } from './support.ts';

export interface Once {
  readonly organisationId: string;
  readonly key: string;
  /** `order.place`; another operation under the same key is another request. */
  readonly operation: string;
  /** Without the key itself. */
  readonly input: object;
}

/** Do `work` once per organisation and key, in the given transaction.
 * @throws DomainError `idempotency_key_reused` */
export async function once<T extends object>(tx: Transaction, request: Once, work: () => Promise<T>): Promise<T> {
  const { organisationId, key, operation } = request;
  // Concurrent requests with one key wait here; the second then finds the first one's answer.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${organisationId}:${key}`}, 0))::text`;
  const requestHash = await sha256Hex(canonicalJson({ operation, input: toJson(request.input) }));
  const prior = await tx.idempotencyKey.findUnique({ where: { organisationId_key: { organisationId, key } } });
  if (prior) {
    if (prior.requestHash !== requestHash) refuse({ code: 'idempotency_key_reused', key });
    return prior.response as unknown as T;
  }
  const response = await work();
  await tx.idempotencyKey.create({
    data: { organisationId, key, operation, requestHash, response: toJson(response) },
    select: { key: true },
  });
  return response;
}
