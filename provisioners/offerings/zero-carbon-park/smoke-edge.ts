/** What proves the public side of a hybrid park: a certificate is seen there, and readings that were sent there arrive here, once. */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitAnswer, checkEdgeRules, edgeOf, expectStatus, expectValue, need } from '../../kit/smoke.ts';
import { hourOf, HOURS, month } from './smoke-day.ts';

const MORE = 3;

const models = ['hybrid'] as const;

/** Waits until the edge shows the certificate in this state. @returns after how many milliseconds */
async function awaitProof(edge: SmokeClient, certificateNo: string, state: 'valid' | 'retired'): Promise<number> {
  const { answer, ms } = await awaitAnswer(`the certificate at the edge, ${state}`, async () => {
    const seen = await edge.call('verify_certificate', { certificateNo });
    if (seen.status === 404) return undefined;
    expectStatus(seen, 200, 'verify_certificate at the edge');
    expectValue(seen.body['certificateNo'], certificateNo, 'certificate shown');
    return seen.body['state'] === state ? seen.body : undefined;
  });
  expectValue(Number(answer['wh']), 200_000, 'watt-hours shown');
  return ms;
}

export const edgeSmoke: readonly SmokeStep[] = [
  {
    name: 'edge-proof',
    title: text('See the certificate at the edge, retire the rest of it', '在边缘查验绿证并核销余量'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const certificateNo = need(memo, 'certificate');
      const validMs = await awaitProof(edge, certificateNo, 'valid');
      const rest = { certificateNo, month: month(), wh: 50_000 };
      expectStatus(await client.call('retire_certificate', rest), 200, 'retire_certificate');
      const retiredMs = await awaitProof(edge, certificateNo, 'retired');
      return `valid after ${validMs} ms, retired after ${retiredMs} ms`;
    },
  },
  {
    name: 'edge-readings',
    title: text('Send readings to the edge twice; they arrive here once', '向边缘两次提交读数并只计一次'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const meter = need(memo, 'meter');
      const readings = Array.from({ length: MORE }, (_, n) => ({ at: hourOf(HOURS + n), wh: 1_000 }));
      const batches: string[] = [];
      for (let time = 0; time < 2; time += 1) {
        const sent = await edge.call('send_readings', { meter, readings });
        expectStatus(sent, 201, 'send_readings');
        batches.push(String(sent.body['batchId']));
      }
      const { answer, ms } = await awaitAnswer('the batches on the private side', async () => {
        expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
        const seen = await Promise.all(batches.map((batchId) => edge.view('batches', { batch_id: batchId })));
        const taken = seen.flatMap(({ items }) => items.filter(({ state }) => state !== 'kept'));
        return taken.length === batches.length ? taken : undefined;
      });
      expectValue(answer.map(({ state }) => state).join(), 'taken,taken', 'what became of the batches');
      const sum = (count: 'taken' | 'known'): number =>
        answer.reduce((total, batch) => total + Number(batch[count]), 0);
      expectValue(sum('taken'), MORE, 'readings taken');
      expectValue(sum('known'), MORE, 'readings known already');
      const { items } = await client.view('readings', { meter, limit: '50' });
      expectValue(items.length, HOURS + MORE, 'readings of the meter');
      expectStatus(await edge.call('forget_settled_batches', {}), 200, 'forget_settled_batches');
      return `${MORE} taken, ${MORE} known, after ${ms} ms`;
    },
  },
  checkEdgeRules(text('Check the rules of the edge; it names no meter', '检查边缘不变量，且不含计量表信息')),
];
