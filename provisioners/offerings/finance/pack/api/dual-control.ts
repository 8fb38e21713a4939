/** Module dual-control: four eyes over a limit. */
import { z } from 'zod';
import { Description, EXAMPLE_ID, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'dual-control';
const OnlyProposal = z.strictObject({ proposalId: z.uuid() });

export const dualControlFunctions = {
  propose: {
    summary: words('Propose a posting', '提议记账'),
    description: words(
      'Keeps a call until another person decides. Functions: post_journal, reverse_journal, transfer, exchange, convert, release_payment.',
      '保存一次调用，待他人决定。可提议的函数：post_journal、reverse_journal、transfer、exchange、convert、release_payment。',
    ),
    body: z.strictObject({
      function: z.string().min(1).max(40),
      body: z.record(z.string(), z.unknown()),
      note: Description.optional(),
    }),
    writes: true,
    status: 201,
    errors: [],
    example: {
      function: 'transfer',
      body: { debit: 'WALLET-1001', credit: 'WALLET-1002', amountMinor: '20000000' },
      note: 'Purchase of a van',
    },
    module: MODULE,
  },
  approve_proposal: {
    summary: words('Approve a proposal', '批准提议'),
    description: words(
      'By another person than the proposer. Does what was proposed at once; when that is refused, the proposal stays open.',
      '须由提议人以外的人批准，并立即执行所提议的调用；若执行被拒绝，提议仍待决定。',
    ),
    body: OnlyProposal,
    writes: true,
    status: 200,
    errors: [
      'ICF02',
      'ICF03',
      'ICF04',
      'ICF05',
      'ICF11',
      'ICF12',
      'ICF14',
      'ICF16',
      'ICF17',
      'ICF18',
      'ICF22',
      'ICF23',
    ],
    example: { proposalId: EXAMPLE_ID },
    module: MODULE,
  },
  reject_proposal: {
    summary: words('Reject or withdraw a proposal', '拒绝或撤回提议'),
    description: words('Nothing is done. The proposer withdraws it.', '不执行任何操作。提议人本人操作即为撤回。'),
    body: OnlyProposal,
    writes: true,
    status: 200,
    errors: ['ICF12', 'ICF17'],
    example: { proposalId: EXAMPLE_ID },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const dualControlViews = {
  proposals: {
    summary: words('Proposals and who decided them', '提议及其决定'),
    key: ['proposal_id'],
    columns: {
      proposal_id: words('Id', '编号'),
      state: words('State', '状态'),
      function: words('Function', '函数'),
      body: words('Body of the call', '调用内容'),
      proposer: words('Proposed by', '提议人'),
      note: words('Note', '备注'),
      proposed_at: words('Proposed', '提议时间'),
      decided_by: words('Decided by', '决定人'),
      decided_at: words('Decided', '决定时间'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const dualControlInvariants = {
  approvals_have_two_people: words(
    'What was approved was approved by another person, and done',
    '已批准的提议均由他人批准且已执行',
  ),
} as const;
