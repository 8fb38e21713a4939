/** Expectations of smoke transactions: what was expected, what came, in one sentence that a person can act on. */

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const shown = ({ status, body }: Answer): string =>
  typeof body['code'] === 'string' ? `${status} ${body['code']}` : String(status);

/** @throws Error when the answer has another status */
export function expectStatus(answer: Answer, status: number, what: string): void {
  if (answer.status !== status) throw new Error(`${what}: expected ${status}, got ${shown(answer)}`);
}

/** @throws Error when the answer is not the problem with this status and code */
export function expectProblem(answer: Answer, status: number, code: string, what: string): void {
  if (answer.status !== status || answer.body['code'] !== code) {
    throw new Error(`${what}: expected ${status} ${code}, got ${shown(answer)}`);
  }
}

/** @throws Error when the two differ */
export function expectValue(actual: unknown, expected: string | number | boolean, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}
