/** What stands against sending, accepting or declining a quote now. */
import type { Fault } from '../../domain/faults.ts';
import { allows, QUOTE_TRANSITIONS, type QuoteState } from '../../domain/lifecycle.ts';

/** What a customer may know of: not what the desk still works on. */
export const SHOWN_TO_CUSTOMERS = ['sent', 'accepted', 'declined', 'expired'] as const satisfies readonly QuoteState[];
export const isShownToCustomers = (state: unknown): boolean => SHOWN_TO_CUSTOMERS.some((shown) => shown === state);

interface Standing {
  readonly state: QuoteState;
  readonly validUntil: Date;
}

const expired = ({ validUntil }: Standing, now: Date): Fault | null =>
  validUntil <= now ? { code: 'quote_expired', validUntil: validUntil.toISOString() } : null;

/** Sending again makes a new link. */
export function sendRefusal(quote: Standing, now: Date): Fault | null {
  const may = quote.state === 'sent' || quote.state === 'draft';
  return may ? expired(quote, now) : { code: 'quote_state', asked: 'send', state: quote.state };
}

export function decideRefusal(quote: Standing, asked: 'accept' | 'decline', now: Date): Fault | null {
  // Time decides before the housekeeping that writes it down.
  if (quote.state === 'sent' || quote.state === 'expired') {
    const late = expired(quote, now);
    if (late) return late;
  }
  const to = asked === 'accept' ? 'accepted' : 'declined';
  return allows(QUOTE_TRANSITIONS, quote.state, to) ? null : { code: 'quote_state', asked, state: quote.state };
}
