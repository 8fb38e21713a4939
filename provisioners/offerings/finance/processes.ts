/** What the finance cloud does, by business process, with the standard each follows. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

export const processes: Manifest['processes'] = [
  {
    code: 'double-entry',
    name: text('Double entry', '复式记账'),
    standard: 'Balanced for each journal and currency, checked at commit',
    what: text(
      'A journal that does not balance cannot be committed. Nothing is changed or deleted; mistakes are reversed.',
      '借贷不平的凭证无法提交。任何记录不改不删，错误以红冲更正。',
    ),
  },
  {
    code: 'two-phase',
    name: text('Two-phase transfers', '两阶段转账'),
    standard: 'Pending, then posted in whole or part, voided or timed out',
    what: text(
      'Money is reserved first and moves once, at most. Limits of an account are checks of the database, so they hold in any race.',
      '资金先冻结，且最多只移动一次。账户限额由数据库约束保证，任何并发下都成立。',
    ),
  },
  {
    code: 'payments',
    name: text('Payments', '支付'),
    standard: 'ISO 20022: pain.001, pacs.008, pacs.002, camt.053; UETR',
    what: text(
      'Files are read, checked, turned into payments and journals, and answered with a status. The same file again is recognised.',
      '读取并校验报文，生成支付与凭证，并回复状态。重复提交同一文件会被识别。',
    ),
  },
  {
    code: 'currencies',
    name: text('Currencies and exchange', '币种与兑换'),
    standard: 'ISO 4217 with minor units 0 to 4',
    what: text(
      'An exchange is two linked journals through liquidity accounts; no rounding is lost.',
      '一次兑换为两张相互关联、经流动性账户的凭证，舍入无遗漏。',
    ),
  },
  {
    code: 'close',
    name: text('Closing the books', '结账'),
    standard: 'Periods that close; seals chained by SHA-256',
    what: text(
      'A closed period takes no postings. Seals let an outsider verify that nothing was altered since.',
      '已关闭的期间不再接受记账。封存链可供外部核验此后未被篡改。',
    ),
  },
  {
    code: 'continuity',
    name: text('Continuity', '业务连续性'),
    standard: 'Chinese banking guideline of 2011: RTO ≤ 4 h, RPO ≤ 0.5 h',
    what: text('Plan L: back within 1 h, at most 5 min of data lost.', '规格 L：1 小时内恢复，最多丢失 5 分钟数据。'),
  },
];

type State = NonNullable<Manifest['stateMachine']>['states'][number];
const state = (code: string, en: string, zh: string, terminal = false): State => ({
  code,
  name: text(en, zh),
  terminal,
});

export const stateMachine: NonNullable<Manifest['stateMachine']> = {
  title: text('States of a transfer', '转账状态'),
  states: [
    state('pending', 'Pending', '已冻结'),
    state('posted', 'Posted', '已入账', true),
    state('voided', 'Voided', '已撤销', true),
    state('expired', 'Expired', '已超时', true),
  ],
  transitions: ['posted', 'voided', 'expired'].map((to) => ({ from: 'pending', to })),
};
