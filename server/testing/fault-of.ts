import { DomainError, type Fault } from '../domain/faults.ts';

/** The fault that a call of the API ends with.
 * @throws whatever else it ends with, or an Error when it goes through */
export async function faultOf(call: Promise<unknown>): Promise<Fault> {
  try {
    await call;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof DomainError) return cause.fault;
    throw error;
  }
  throw new Error('the call went through');
}
