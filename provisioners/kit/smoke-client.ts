/** Who speaks to a tenant as its customer would: through its API, with a short-lived signed token. */
export interface SmokeClient {
  /** The API of the public side; of hybrid tenants alone. */
  readonly edge?: SmokeClient;
  /** POST a function. `key` defaults to a fresh idempotency key. Never throws on an HTTP error. */
  call(
    fn: string,
    body: Readonly<Record<string, unknown>>,
    key?: string,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  /** GET a view; all rows of the first page. `query` are equality filters and `limit`. */
  view(
    name: string,
    query?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly items: readonly Record<string, unknown>[] }>;
}
