/** Makes, replaces or revokes one API key: the program runs over the keys alone, and the tenant is served meanwhile. */
import { KeyParams } from '../../domain/keys.ts';
import { assertWell, stackRequest, withTimeline } from '../engine-call.ts';
import { tenantProgram } from '../graph.ts';
import { asHolder } from '../holder.ts';
import { ofEngine } from '../platform-trouble.ts';
import { tenantEvent } from '../run-record.ts';
import type { Step } from '../step.ts';
import { forgetUnknownReveals, keepKeys, writeKeys } from '../tenant-keys.ts';
import { replaceResources, takeBack } from './converge.ts';

export const rekey: Step = {
  async perform(ctx, run) {
    const { row, spec } = run;
    const { op, name, keyId } = KeyParams.parse(row.params).key;
    const { program, project, stack } = tenantProgram(ctx, spec);
    const result = await withTimeline(ctx, run, 'rekey', (onEvent) =>
      ctx.engine.up({ ...stackRequest(ctx, run), program, onEvent }),
    );
    assertWell(result, run.signal);
    const [resources] = await Promise.all([
      ofEngine(() => ctx.engine.resources({ project, stack })),
      keepKeys(ctx, run),
    ]);
    return {
      kind: 'done',
      detail: { op, key: name, counts: result.counts, durationMs: Math.round(result.durationMs) },
      async write(tx) {
        await replaceResources(tx, row.tenantId, resources);
        await writeKeys(tx, run, spec, resources);
        const [first] = await tx.tenantKeyVersion.findMany({
          where: { key: { tenantId: row.tenantId, revokedAt: null } },
          orderBy: [{ key: { createdAt: 'asc' } }, { generation: 'desc' }],
          take: 1,
        });
        const keyPrefix = first?.prefix ?? '';
        await tx.endpoint.updateMany({ where: { tenantId: row.tenantId }, data: { keyPrefix } });
        return [tenantEvent(row.tenant, 'tenant.keys', { op, name, keyId })];
      },
    };
  },
  async undo(ctx, run) {
    await takeBack(ctx, run);
    await asHolder(ctx, run.hold, (tx) => forgetUnknownReveals(tx, run.row.tenantId));
  },
};
