/** The part of the proof for tenants with warehouse receipts: 100 t in a lot, and no more than that under receipts, whatever is tried. */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need } from '../../kit/smoke.ts';

const NOT_FOUND = 404;

export const receiptsStep: SmokeStep = {
  name: 'receipts',
  title: text(
    'Issue, split, pledge, release, transfer and withdraw receipts',
    '仓单开立、拆分、质押、解押、转让与提货',
  ),
  run: async (client, memo) => {
    const lots = await client.view('lots', { limit: '1' });
    if (lots.status === NOT_FOUND) return 'not part of this tenant';
    expectStatus({ status: lots.status, body: {} }, 200, 'view lots');
    const [warehouse, random] = [need(memo, 'from'), need(memo, 'random')];
    const [trader, bank, buyer] = await Promise.all(
      ['trader', 'bank', 'buyer'].map((who) => addParty(client, `smoke-${random}-${who}`)),
    );
    const lot = await client.call('create_lot', { warehouse, commodity: 'proof', qty: '100' });
    expectStatus(lot, 201, 'create_lot');

    const asked = { lotId: lot.body['lotId'], qty: '60', holder: trader, negotiable: true };
    const issued = await client.call('issue_receipt', asked);
    expectStatus(issued, 201, 'issue_receipt of 60');
    expectProblem(await client.call('issue_receipt', asked), 409, 'ICL02', 'issue_receipt of 60 more');
    const whole = { receiptNo: issued.body['receiptNo'], actor: trader };
    expectStatus(await client.call('split_receipt', { ...whole, parts: ['40', '20'] }), 200, 'split_receipt');

    const part = { receiptNo: `${String(issued.body['receiptNo'])}.1`, actor: trader };
    expectStatus(await client.call('pledge_receipt', { ...part, pledgee: bank }), 200, 'pledge_receipt');
    const early = await client.call('transfer_receipt', { ...part, to: buyer });
    expectProblem(early, 422, 'ICL04', 'transfer_receipt while pledged');
    expectStatus(await client.call('release_receipt', { ...part, actor: bank }), 200, 'release_receipt');
    expectStatus(await client.call('transfer_receipt', { ...part, to: buyer }), 200, 'transfer_receipt');
    expectStatus(await client.call('withdraw_receipt', { ...part, actor: buyer }), 200, 'withdraw_receipt');
    const verified = await client.call('verify_receipt', { receiptNo: part.receiptNo });
    expectStatus(verified, 200, 'verify_receipt');
    expectValue(verified.body['intact'] === true, true, 'chain of acts intact');
    return `60 of 100 t receipted, 60 more refused; ${String(verified.body['acts'])} acts chained`;
  },
};

async function addParty(client: SmokeClient, name: string): Promise<string> {
  const answer = await client.call('create_party', { name, role: 'financier' });
  expectStatus(answer, 201, 'create_party');
  return String(answer.body['gln']);
}
