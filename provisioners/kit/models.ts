/** The three deployment models as every offering lists them: what each promises, and which can be ordered now. */
import type { Manifest } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';
import { text } from './offering.ts';

const NOT_YET = text(
  'Not available yet. A public tenant can move there later with its data.',
  '暂未开放。公有云租户以后可连同数据迁入。',
);

/** @param available models that can be ordered now
 * @param hybrid what stays private and what is published to the edge */
export function deploymentModels(
  available: readonly Manifest['models'][number]['model'][],
  hybrid: LocalText,
): Manifest['models'] {
  const words = {
    public: text(
      'A database and roles of your own in a shared cluster, run by the provider. The lowest price.',
      '共享集群中的独立数据库与独立角色，由服务商运维。价格最低。',
    ),
    private: text(
      'A database instance of your own: own process, memory, write-ahead log and backups.',
      '独占数据库实例：独立的进程、内存、预写日志与备份。',
    ),
    hybrid,
  };
  return (['public', 'private', 'hybrid'] as const).map((model) => ({
    model,
    available: available.includes(model),
    what: words[model],
    notYet: available.includes(model) ? null : NOT_YET,
  }));
}
