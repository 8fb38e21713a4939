import { z } from 'zod';
import { AuditEntryId } from '../../domain/ids.ts';
import { exportAudit } from '../../services/audit/export-audit.ts';
import { readAuditEntry, readSealStatus, searchAudit } from '../../services/audit/read-audit.ts';
import { verifyAudit } from '../../services/audit/verify-audit.ts';
import {
  AuditDetail,
  AuditExport,
  AuditFilter,
  AuditSearchInput,
  AuditSummary,
  SealStatus,
  Verdict,
  VerifyInput,
} from '../../services/views/audit.ts';
import { pageOf } from '../../services/views/common.ts';
import { procedure, router } from '../trpc.ts';

export const auditRouter = router({
  search: procedure
    .input(AuditSearchInput)
    .output(pageOf(AuditSummary))
    .query(({ ctx, input }) => searchAudit(ctx, input)),
  byId: procedure
    .input(z.object({ id: AuditEntryId }))
    .output(AuditDetail)
    .query(({ ctx, input }) => readAuditEntry(ctx, input.id)),
  status: procedure.output(SealStatus).query(({ ctx }) => readSealStatus(ctx)),
  /** A mutation because it costs: it reads and hashes the whole chain. */
  verify: procedure
    .input(VerifyInput)
    .output(Verdict)
    .mutation(({ ctx, input }) => verifyAudit(ctx, input)),
  export: procedure
    .input(AuditFilter)
    .output(AuditExport)
    .mutation(({ ctx, input }) => exportAudit(ctx, input)),
});
