import { useReason, type Facts } from './reason.ts';

/** What something waits for, as a sentence; a dash when it waits for nothing. */
export function WaitsFor({ facts }: { readonly facts: Facts }) {
  const words = useReason()(facts);
  return words === null ? <span className="text-ink-3">–</span> : <span className="text-wait">{words}</span>;
}
