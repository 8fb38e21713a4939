/**
 * Package `local`: one Pulumi provider that dispatches by type to a small file per kind of resource. Every create is idempotent: names
 * are deterministic, and what an interrupted create left is recognised by its marker and adopted. So what a restart of the shared cluster
 * interrupts is done again when it answers.
 */
import type {
  CheckFailure,
  CheckResult,
  CreateResult,
  DiffResult,
  Provider,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import { z } from 'zod';
import { outliving } from '../life.ts';
import { apiKey } from './api-key.ts';
import { database } from './database.ts';
import { dmz } from './dmz.ts';
import { instance } from './instance.ts';
import type { ProviderContext, ResourceKind } from './kind.ts';
import { linkAgent } from './link-agent.ts';
import { linkSeat } from './link-seat.ts';
import { pack } from './pack.ts';
import { publication } from './publication.ts';
import { replicationRole } from './replication-role.ts';
import { role } from './role.ts';
import { route } from './route.ts';
import { subscription } from './subscription.ts';
import { transfer } from './transfer.ts';
import { workload } from './workload.ts';
import { hasUnknown, revealProps, sameValue, secret, type Props } from './wire.ts';

export const PACKAGE = 'local';
export const VERSION = '0.1.0';

const KINDS: Readonly<Record<string, ResourceKind>> = {
  'local:index:Instance': instance,
  'local:index:Role': role,
  'local:index:Database': database,
  'local:index:Pack': pack,
  'local:index:ApiKey': apiKey,
  'local:index:Route': route,
  'local:index:ReplicationRole': replicationRole,
  'local:index:Dmz': dmz,
  'local:index:Publication': publication,
  'local:index:Subscription': subscription,
  'local:index:LinkAgent': linkAgent,
  'local:index:LinkSeat': linkSeat,
  'local:index:Transfer': transfer,
  'local:index:Workload': workload,
};

/** Outputs that state keeps encrypted, of whatever kind. */
const SECRET_OUTPUTS: ReadonlySet<string> = new Set(['sealedPassword']);

export function createProvider(context: ProviderContext): Provider {
  const again = outliving(context.cluster);
  return {
    version: VERSION,
    schema: JSON.stringify({ name: PACKAGE, version: VERSION, resources: {}, functions: {} }),
    check: async (urn: string, _olds: Props, news: Props): Promise<CheckResult> => ({
      inputs: news,
      failures: failuresOf(kindOf(urn), revealProps(news)),
    }),
    diff: async (_id: string, urn: string, olds: Props, news: Props): Promise<DiffResult> =>
      diffOf(kindOf(urn), revealProps(olds), revealProps(news)),
    create: async (urn: string, inputs: Props): Promise<CreateResult> => {
      const kind = kindOf(urn);
      const parsed = kind.inputs.parse(revealProps(inputs));
      const { id, outs } = await again(() => kind.create(context, urn, parsed));
      return { id, outs: wrap({ ...parsed, ...outs }) };
    },
    read: async (id: string, urn: string, props?: Props): Promise<ReadResult> => {
      const kind = kindOf(urn);
      const state = revealProps(props ?? {});
      const found = await again(() => kind.read(context, id, state));
      if (found === null) return {};
      const current = { ...state, ...found };
      const inputs = Object.keys(kind.inputs.shape).filter((key) => current[key] !== undefined);
      return { id, props: wrap(current), inputs: wrap(Object.fromEntries(inputs.map((key) => [key, current[key]]))) };
    },
    update: async (id: string, urn: string, olds: Props, news: Props): Promise<UpdateResult> => {
      const kind = kindOf(urn);
      const parsed = kind.inputs.parse(revealProps(news));
      const outs = await again(() => kind.update(context, id, urn, revealProps(olds), parsed));
      return { outs: wrap({ ...parsed, ...outs }) };
    },
    delete: async (id: string, urn: string, props: Props): Promise<void> =>
      again(() => kindOf(urn).delete(context, id, revealProps(props))),
  };
}

/** A URN ends in `::type::name`, where the type is qualified by its parents' (`parent$child`). */
function kindOf(urn: string): ResourceKind {
  const type = urn.split('::').at(2)?.split('$').at(-1) ?? '';
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`package ${PACKAGE} has no resource ${type}`);
  return kind;
}

/** Problems of the inputs that are known; what is unknown yet is checked when it is known. */
function failuresOf(kind: ResourceKind, inputs: Props): CheckFailure[] {
  const shape = kind.inputs.shape;
  const excess = Object.keys(inputs)
    .filter((property) => !(property in shape) && !property.startsWith('__'))
    .map((property) => ({ property, reason: 'is not an input of this resource' }));
  const wrong = Object.entries(shape)
    .filter(([property]) => !hasUnknown(inputs[property]))
    .flatMap(([property, schema]) => {
      const { error } = z.safeParse(schema, inputs[property]);
      return (error?.issues ?? []).map((issue) => ({
        property: [property, ...issue.path.map(String)].join('.'),
        reason: issue.message,
      }));
    });
  return [...excess, ...wrong];
}

/** Names are deterministic, so a replacement has to make room first. */
function diffOf(kind: ResourceKind, olds: Props, news: Props): DiffResult {
  const changed = Object.keys(kind.inputs.shape).filter(
    (key) => !kind.createOnly.includes(key) && (hasUnknown(news[key]) || !sameValue(olds[key], news[key])),
  );
  return {
    changes: changed.length > 0,
    replaces: changed.filter((key) => kind.replaceOn.includes(key)),
    deleteBeforeReplace: true,
  };
}

function wrap(props: Props): Props {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      SECRET_OUTPUTS.has(key) && value !== null && value !== undefined ? secret(value) : value,
    ]),
  );
}
