/** Reasons for which a run stops although no step failed. They travel as an AbortSignal's reason. */

/** A person asked to cancel. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** This process ends; another worker goes on. */
export class HandOver extends Error {
  override readonly name = 'HandOver';
}
