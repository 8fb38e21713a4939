/** What a change interrupts on this target, said before it is asked for: a server that starts again, a move that turns. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { PreflightCheck } from '../../../../server/domain/preflight.ts';
import type { LocalText } from '../../../../server/domain/text.ts';
import type { TenantGraph } from '../../../kit/target.ts';
import { instanceSettings } from '../instance-settings.ts';
import { linkSettings } from '../links/settings.ts';

/** Upper bounds of what was measured on two shared cores; a server with much to write to disk takes longer. */
const RESTART_SECONDS = 1;
const TURN_SECONDS = 1;

/** Settings that the tenant's own server starts with; null when it has none. */
function serverSettings({ model, quotas, components }: TenantGraph): Readonly<Record<string, string>> | null {
  if (model === 'public') return null;
  const link = components.find((component) => component.kind === 'link');
  return { ...instanceSettings(quotas), ...(link ? linkSettings(link) : {}) };
}

export function interruptionsOf(before: TenantGraph, after: TenantGraph): readonly PreflightCheck[] {
  const [old, made] = [serverSettings(before), serverSettings(after)];
  if (made === null || isDeepStrictEqual(old, made)) return [];
  return old === null ? [TURN] : [restart(namesOfChanged(old, made))];
}

const namesOfChanged = (old: Readonly<Record<string, string>>, made: Readonly<Record<string, string>>): string =>
  [...new Set([...Object.keys(old), ...Object.keys(made)])]
    .filter((name) => old[name] !== made[name])
    .toSorted()
    .join(', ');

const AGAIN: LocalText = {
  en: 'Calls in that moment are answered 503 with Retry-After; the same call with the same key is safe to repeat. Ask when few call.',
  zh: '期间的调用返回 503 及 Retry-After；以相同的幂等键重试是安全的。建议在调用较少时提交。',
};

const restart = (names: string): PreflightCheck => ({
  code: 'restart',
  title: { en: 'Restart', zh: '重启' },
  verdict: 'warn',
  found: {
    en: `The tenant’s server restarts once for a moment (about ${RESTART_SECONDS} s), as soon as the change is applied: ${names}`,
    zh: `变更生效时，租户的服务器将短暂重启一次（约 ${RESTART_SECONDS} 秒）：${names}`,
  },
  advice: AGAIN,
  asked: RESTART_SECONDS,
  free: RESTART_SECONDS,
  unit: 's',
});

const TURN: PreflightCheck = {
  code: 'turn',
  title: { en: 'Interruption', zh: '中断' },
  verdict: 'warn',
  found: {
    en: `Writing pauses for a moment (about ${TURN_SECONDS} s) while the last rows move, reading goes on; when they have moved, the new server restarts once (about ${RESTART_SECONDS} s)`,
    zh: `迁移最后的数据时写入暂停约 ${TURN_SECONDS} 秒，读取不受影响；迁移完成后新服务器重启一次（约 ${RESTART_SECONDS} 秒）`,
  },
  advice: AGAIN,
  asked: TURN_SECONDS,
  free: TURN_SECONDS,
  unit: 's',
};
