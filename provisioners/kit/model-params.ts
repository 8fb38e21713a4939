/**
 * Parameters that a deployment model brings to whatever offering has it. The kit puts them into the published manifest and takes them out
 * again before an offering builds: a customer chooses them, the platform and the target keep them, an offering never hears of them.
 */
import { z } from 'zod';
import type { DeploymentModel, JsonSchema, Manifest, ParameterSpec } from '../../server/domain/manifest.ts';
import { Residency } from '../../server/domain/residency.ts';
import { field } from './field.ts';

const shape = { residency: Residency.default('any') };

const fields: readonly (ParameterSpec & { readonly models: DeploymentModel[] })[] = [
  {
    ...field(
      'residency',
      { en: 'Where records must stay', zh: '数据驻留地' },
      {
        en: 'Private and hybrid only. The system of record, its log and its backups are kept in a region inside this territory; an order that no target can keep there is refused. What a hybrid tenant publishes at its edge names no person and may be in any region.',
        zh: '仅用于私有与混合模式。主数据及其日志与备份保存在该辖区内的地域；没有目标环境能够满足时拒绝订单。混合租户在边缘发布的内容不含个人信息，可位于任意地域。',
      },
    ),
    models: ['private', 'hybrid'],
  },
];

/** A manifest's parameters with those that its models bring. */
export function withModelParams(
  own: Manifest['parameters'],
  models: readonly DeploymentModel[],
): Manifest['parameters'] {
  const brought = fields.filter((spec) => spec.models.some((model) => models.includes(model)));
  if (brought.length === 0) return own;
  const { properties } = z.toJSONSchema(z.object(shape), { io: 'input', target: 'draft-2020-12' });
  const names = brought.map(({ name }) => name);
  const added = Object.entries(properties ?? {}).filter(([name]) => names.includes(name));
  const schema: JsonSchema = {
    ...own.schema,
    properties: { ...(own.schema['properties'] as object | undefined), ...Object.fromEntries(added) },
  };
  return { schema, fields: [...own.fields, ...brought] };
}

/** Parameters as the offering's own schema knows them. */
export function ownParams(params: unknown): unknown {
  if (typeof params !== 'object' || params === null) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !(name in shape)));
}
