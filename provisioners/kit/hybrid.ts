/**
 * The hybrid model, for any offering whose pack has an edge: the components beside the record, and the parameters that the model brings.
 * An offering says what is published, in its pack; nothing here knows an industry.
 */
import { z } from 'zod';
import type { ParameterSpec, PlanSpec } from '../../server/domain/manifest.ts';
import { field } from './field.ts';
import {
  api,
  database,
  EDGE_MODULE,
  link,
  text,
  type ApiComponent,
  type Component,
  type DatabaseComponent,
} from './offering.ts';

/** To be spread into an offering's parameters. */
export const hybridParams = { edge_link: z.enum(['direct', 'tunnel', 'push']).default('direct') };

export const hybridFields: ParameterSpec[] = [
  {
    ...field(
      'edge_link',
      text('Link to the edge', '边缘链路'),
      text(
        'Hybrid only. direct: the edge dials the private side, into one database. tunnel: the private side opens the way. push: the private side writes, and nothing dials in.',
        '仅用于混合模式。direct：边缘连接私有侧的单个数据库；tunnel：由私有侧向外建立通道；push：由私有侧写出，不接受任何入站连接。',
      ),
    ),
    models: ['hybrid'],
  },
];

/** What is kept for an edge that is away. The disk for it comes on top of the plan's storage. */
const KEEP = {
  S: { keepWalMib: 512, idleSlotMinutes: 1_440 },
  M: { keepWalMib: 1_024, idleSlotMinutes: 1_440 },
  L: { keepWalMib: 4_096, idleSlotMinutes: 2_880 },
  XL: { keepWalMib: 8_192, idleSlotMinutes: 4_320 },
} as const satisfies Record<PlanSpec['code'], { readonly keepWalMib: number; readonly idleSlotMinutes: number }>;

/** The components of a hybrid tenant: record and API as any tenant has them, the edge beside them, and the link.
 * @param edgeParams rows of pack.param on the public side */
export function hybridComponents(
  record: DatabaseComponent,
  served: ApiComponent,
  choice: {
    readonly plan: PlanSpec['code'];
    readonly link: z.infer<(typeof hybridParams)['edge_link']>;
    readonly edgeParams: Readonly<Record<string, unknown>>;
  },
): readonly Component[] {
  const edge = database('edge', {
    pack: record.pack,
    modules: [],
    params: choice.edgeParams,
    storageGib: record.storageGib,
    apiConnections: record.apiConnections,
    sqlConnections: 0,
    tempFileMib: record.tempFileMib,
    side: 'edge',
  });
  const { kind: _kind, name: _name, of: _of, ...limits } = served;
  return [
    { ...record, modules: [...record.modules, EDGE_MODULE] },
    served,
    edge,
    api('edge-api', { ...limits, of: edge.name }),
    link('link', { from: record.name, to: edge.name, mode: choice.link, ...KEEP[choice.plan] }),
  ];
}
