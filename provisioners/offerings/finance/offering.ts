/** Finance cloud: books that are always in balance, money that moves once. The folder is the whole vertical; nothing outside names it. */
import path from 'node:path';
import { readContent, readCover } from '../../kit/content.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { apiDescription, edgeApiDescription, invariants, kpis } from './api.ts';
import { bench } from './bench.ts';
import { blueprint } from './blueprint.ts';
import { modules } from './modules.ts';
import { FinanceParams, parameterFields } from './parameters.ts';
import { pictures } from './pictures.ts';
import { models, plans } from './plans.ts';
import { prices } from './prices.ts';
import { processes, stateMachine } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

export default defineOffering({
  slug: 'finance',
  version: '1.2.0',
  lifecycle: 'ga',
  params: FinanceParams,
  parameterFields,
  prices,
  blueprint,
  pack: {
    name: 'finance',
    version: '1.2.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist'],
  },
  smoke,
  bench,
  housekeeping: [
    { function: 'expire_transfers', everySeconds: 60, body: {} },
    { function: 'execute_due_payments', everySeconds: 300, body: {} },
    { function: 'seal_journals', everySeconds: 60, body: { onlyWhenDue: true } },
    { function: 'verify_seals', everySeconds: 86_400, body: {} },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {} },
    { function: 'take_in_edge', everySeconds: 5, body: {}, models: ['hybrid'] },
    { function: 'publish_edge', everySeconds: 300, body: {}, models: ['hybrid'] },
    { function: 'forget_files', everySeconds: 60, body: {}, models: ['hybrid'], side: 'edge' },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {}, models: ['hybrid'], side: 'edge' },
  ],
  manifest: {
    hue: 95,
    name: text('Finance Cloud', '金融云'),
    summary: text(
      'A double-entry ledger, two-phase transfers, ISO 20022 payments and books that close.',
      '复式账本、两阶段转账、ISO 20022 支付与期间结账。',
    ),
    proof: text(
      '250.00 is held and 240.00 posted, 10.00 comes back; a payment file makes one journal, however often it is sent.',
      '冻结 250.00，入账 240.00，退回 10.00；同一支付文件无论提交几次，只生成一张凭证。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine,
    models,
    plans,
    modules: [...modules],
    api: apiDescription,
    edgeApi: edgeApiDescription,
    kpis,
    invariants,
    tryIt,
    pictures,
    sizing: {
      transaction: text('Transfers', '转账'),
      transactionsPerDayDefault: 5_000,
      tpcbPerTransaction: 1.5,
      readsPerWrite: 2,
      bytesPerTransaction: 800,
      keepDaysDefault: 400,
    },
  },
});
