/** From rows to a program: what an order, or a preview, describes becomes the graph a target builds, always the same for the same rows. */
import type { PulumiProgram } from '../../provisioners/engine/port.ts';
import { ownParams } from '../../provisioners/kit/model-params.ts';
import type { OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { TenantGraph } from '../../provisioners/kit/target.ts';
import { DomainError } from '../domain/faults.ts';
import { secretsOf, type KeySpec } from '../domain/keys.ts';
import type { DeploymentModel, Manifest, PlanCode, Quotas } from '../domain/manifest.ts';
import { residencyOf } from '../domain/residency.ts';
import { targetOf, type WorkerContext } from './context.ts';

/** Pulumi project of all tenants; a tenant's stack is named by its ref. */
const PROJECT = 'industry-cloud';

export interface TenantSpec {
  readonly ref: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly model: DeploymentModel;
  /** Where its rows are until the program has run; absent when it does not move. */
  readonly movedFrom?: DeploymentModel;
  readonly planCode: PlanCode;
  readonly quotas: Quotas;
  readonly modules: readonly string[];
  readonly params: unknown;
  /** API keys that it is to have; absent: the one that every tenant is made with. */
  readonly keys?: readonly KeySpec[];
  readonly target: string;
  readonly region: string;
}

export interface TenantProgram {
  readonly project: string;
  readonly stack: string;
  readonly packages: ReturnType<typeof targetOf>['packages'];
  readonly program: PulumiProgram;
  readonly graph: TenantGraph;
}

/** The Pulumi program of a tenant, with all an engine needs to run it.
 * @throws DomainError when this worker has no code for the offering's version, or its parameters no longer fit */
export function tenantProgram(ctx: WorkerContext, spec: TenantSpec): TenantProgram {
  const graph = tenantGraph(codeFor(ctx, spec.manifest), spec);
  const target = targetOf(ctx, spec.target);
  return { ...stackOf(spec.ref), packages: target.packages, program: target.program(graph), graph };
}

export const stackOf = (ref: string) => ({ project: PROJECT, stack: ref });

/** Code accepts manifests of its major version: what an order pinned stays buildable when the code moves on. */
export function codeFor(ctx: WorkerContext, manifest: Pick<Manifest, 'slug' | 'version'>): OfferingDefinition {
  const offering = ctx.offerings.get(manifest.slug);
  if (!offering || majorOf(offering.version) !== majorOf(manifest.version)) {
    throw new DomainError({ code: 'offering_unknown', offering: `${manifest.slug} ${manifest.version}` });
  }
  return offering;
}

const majorOf = (version: string): string | undefined => version.split('.')[0];

function tenantGraph(offering: OfferingDefinition, spec: TenantSpec): TenantGraph {
  const { manifest } = spec;
  if (!offering.blueprint || !offering.pack || !manifest.api) {
    throw new DomainError({ code: 'offering_not_orderable', offering: offering.slug, lifecycle: offering.lifecycle });
  }
  const params = offering.params.safeParse(ownParams(spec.params));
  if (!params.success) {
    const issues = params.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new DomainError({ code: 'params_invalid', issues });
  }
  const plan = { code: spec.planCode, quotas: spec.quotas };
  const { model, modules } = spec;
  return {
    ref: spec.ref,
    title: spec.name,
    offering: manifest.slug,
    version: manifest.version,
    model,
    region: spec.region,
    residency: residencyOf(model, spec.params),
    quotas: spec.quotas,
    modules,
    ...(spec.keys && { keys: secretsOf(spec.keys) }),
    components: offering.blueprint({ params: params.data, plan, model, modules }),
    pack: offering.pack,
    api: manifest.api,
    edgeApi: manifest.edgeApi ?? null,
    ...(spec.movedFrom !== undefined && { movedFrom: spec.movedFrom }),
  };
}
