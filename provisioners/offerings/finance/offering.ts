/** Finance cloud, as a preview: what it will hold and cost. It cannot be ordered yet. */
import { readContent, readCover } from '../../kit/content.ts';
import { deploymentModels } from '../../kit/models.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { invariants, kpis } from './measures.ts';
import { modules } from './modules.ts';
import { FinanceParams, parameterFields } from './parameters.ts';
import { prices } from './prices.ts';
import { processes, stateMachine } from './processes.ts';

export default defineOffering({
  slug: 'finance',
  version: '0.1.0',
  lifecycle: 'preview',
  params: FinanceParams,
  parameterFields,
  prices,
  blueprint: null,
  pack: null,
  smoke: [],
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
    models: deploymentModels(
      [],
      text(
        'The whole ledger and all messages stay in your private instance. The edge shows payment status and accepts initiations as received; no money moves there.',
        '账本与报文全部留在私有实例；边缘仅展示支付状态并受理支付指令，不发生资金变动。',
      ),
    ),
    plans: standardPlans('finance', modules),
    modules: [...modules],
    api: null,
    kpis,
    invariants,
    tryIt: [],
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
