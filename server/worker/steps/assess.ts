/** Asks once more, now that its turn has come, whether a change is still what was agreed to and loses nothing. */
import { sameShape } from '../../domain/change.ts';
import { DomainError } from '../../domain/faults.ts';
import { shapeOf } from '../../services/changes/change-rules.ts';
import { assessChange } from '../assess-change.ts';
import { changeOf } from '../run-record.ts';
import type { Step } from '../step.ts';

export const assess: Step = {
  async perform(ctx, run) {
    const { changeId, before } = changeOf(run.row);
    if (!sameShape(before, shapeOf(run.row.tenant))) {
      throw new DomainError({ code: 'change_stale', changeId, why: 'tenant_changed' });
    }
    const { fault, checks } = await assessChange(ctx, run.specBefore, run.spec);
    if (fault) throw new DomainError(fault);
    return { kind: 'done', detail: { preflight: checks } };
  },
};
