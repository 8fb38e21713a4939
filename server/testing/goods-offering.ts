/** A small offering for tests of services and API: one parameter, two modules, plans S and L, models public and private. */
import { withModelParams } from '../../provisioners/kit/model-params.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { PublishedOffering } from '../services/publish-offerings.ts';

const text = (en: string) => ({ en, zh: en });
const quotas = {
  apiConnections: 5,
  sqlConnections: 0,
  storageGib: 1,
  rps: 20,
  burst: 40,
  tempFileMib: 64,
  cpu: 0.25,
  replicas: 0,
};
const price = (sku: string, amount: string) => ({ sku, month: { CNY: amount, USD: amount, EUR: amount } });

/** The same with the parameters that its models bring, under a slug of its own. */
export function pinnedGoodsOffering(): PublishedOffering {
  const { manifest, prices } = goodsOffering({ slug: 'pinned-goods' });
  const models = manifest.models.map(({ model }) => model);
  return { manifest: { ...manifest, parameters: withModelParams(manifest.parameters, models) }, prices };
}

export function goodsOffering(change: Partial<Manifest> = {}): PublishedOffering {
  const manifest: Manifest = {
    slug: 'goods',
    version: '1.0.0',
    lifecycle: 'ga',
    hue: 350,
    name: text('Goods'),
    summary: text('Sells goods'),
    proof: text('one order'),
    content: text('# Goods'),
    processes: [],
    stateMachine: null,
    models: [
      { model: 'public', available: true, what: text('shared'), notYet: null },
      { model: 'private', available: true, what: text('own'), notYet: null },
      { model: 'hybrid', available: false, what: text('both'), notYet: text('later') },
    ],
    plans: [
      {
        code: 'S',
        sku: 'goods-s',
        models: ['public'],
        orderable: true,
        quotas,
        backup: text('daily'),
        support: text('next day'),
        modulesIncluded: 0,
      },
      {
        code: 'L',
        sku: 'goods-l',
        models: ['public', 'private'],
        orderable: true,
        quotas,
        backup: text('wal'),
        support: text('24x7'),
        modulesIncluded: 5,
      },
      {
        code: 'XL',
        sku: 'goods-xl',
        models: ['public'],
        orderable: false,
        quotas,
        backup: text('wal'),
        support: text('24x7'),
        modulesIncluded: 5,
      },
    ],
    modules: [
      {
        code: 'flash',
        sku: 'goods-flash',
        name: text('Flash'),
        effect: text('fast'),
        selectable: true,
        notYet: null,
        includedIn: ['L'],
      },
      {
        code: 'later',
        sku: 'goods-later',
        name: text('Later'),
        effect: text('more'),
        selectable: false,
        notYet: text('soon'),
        includedIn: [],
      },
    ],
    parameters: {
      schema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { holdMinutes: { type: 'integer', minimum: 1, maximum: 120, default: 15 } },
        additionalProperties: false,
      },
      fields: [{ name: 'holdMinutes', label: text('Hold'), help: text('how long'), unit: text('min') }],
    },
    api: {
      functions: [
        {
          name: 'place_order',
          summary: text('Place'),
          description: text('Places'),
          body: {},
          writes: true,
          status: 201,
          errors: [],
          example: {},
          module: null,
        },
      ],
      views: [{ name: 'orders', summary: text('Orders'), key: ['order_no'], columns: {}, module: null }],
      errors: {},
    },
    kpis: [{ name: 'orders', title: text('Orders'), unit: '', kind: 'count', direction: 'up', warn: null, crit: null }],
    invariants: {},
    tryIt: [],
    pictures: [
      {
        kind: 'states',
        name: 'order_states',
        title: text('Orders by state'),
        what: text('How many orders are in each state'),
        rows: { kind: 'view', name: 'orders', where: {} },
        inputs: [],
        words: {},
        module: null,
        machine: { states: [{ code: 'open', name: text('Open'), terminal: false }], transitions: [] },
        state: 'state',
        count: 'orders',
      },
    ],
    sizing: null,
    ...change,
  };
  return {
    manifest,
    prices: [
      price('goods-s', '399'),
      price('goods-l', '25000'),
      price('goods-xl', '99000'),
      price('goods-flash', '150'),
    ],
  };
}
