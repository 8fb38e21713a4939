/**
 * The wall between the two sides of a hybrid tenant, tried with the credentials that cross it: what is not published cannot be had by any
 * route, and the public side holds nothing that names a person and can change nothing that came to it.
 */
import { Client, type ClientConfig } from 'pg';
import type { IsolationFact } from '../../../../server/domain/isolation.ts';
import type { LocalText } from '../../../../server/domain/text.ts';
import { sqlState } from '../cluster.ts';
import { edgeNamesOf } from '../names.ts';
import type { ProviderContext } from '../providers/kind.ts';
import { inPlace, linkPassword } from './reach.ts';
import { linkNames } from './ways.ts';

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'>;

const CONNECT_MS_MAX = 5_000;
/** Not in pg_hba, no privilege, no such database for this role. */
const REFUSALS: ReadonlySet<string> = new Set(['28000', '28P01', '42501']);

const text = (en: string, zh: string): LocalText => ({ en, zh });

export async function proveLink(context: Context, ref: string): Promise<readonly IsolationFact[]> {
  return Promise.all([onlyPublished(context, ref), namesNoPerson(context, ref), edgeIsReadOnly(context, ref)]);
}

/** REPLICATION passes by every privilege on tables: what the role may connect to is all that it can read. */
async function onlyPublished(context: Context, ref: string): Promise<IsolationFact> {
  const { record, dmz, replicator } = linkNames(ref);
  const { host, port } = await context.instances.serverOf(ref);
  const password = await linkPassword(context, ref, replicator);
  const login = { host, port, user: replicator, password };
  const [refused, seen] = await Promise.all([
    areRefused([
      { ...login, database: record.database },
      { ...login, database: 'postgres' },
      { ...login, database: record.database, replication: 'database' },
      { ...login, database: dmz.database, replication: 'true' },
    ]),
    tablesDecoded(context, ref, { ...login, database: dmz.database }),
  ]);
  const strange = seen.filter((table) => !table.startsWith('edge.'));
  const closed = refused.filter(Boolean).length;
  return {
    rule: 'link_reads_only_published',
    side: 'link',
    title: text('The link reads what is published, and nothing else', '链路只能读取已发布的数据'),
    ok: closed === refused.length && seen.length > 0 && strange.length === 0,
    detail: text(
      `${closed} of ${refused.length} other ways in refused; any decoder sees ${seen.join(', ') || 'nothing'}`,
      `其他 ${refused.length} 种途径中 ${closed} 种被拒绝；任意解码插件可见：${seen.join('、') || '无'}`,
    ),
  };
}

type Way = ClientConfig & { readonly replication?: string };

/** One after another: a role with no connection left would be refused for that, which proves nothing. */
async function areRefused(ways: readonly Way[]): Promise<readonly boolean[]> {
  const outcomes: boolean[] = [];
  for (const way of ways) outcomes.push(await isRefused(way));
  return outcomes;
}

async function isRefused(login: Way): Promise<boolean> {
  const client = clientOf(login);
  try {
    await client.connect();
    return false;
  } catch (error) {
    return REFUSALS.has(sqlState(error) ?? '');
  } finally {
    await client.end().catch(() => {});
  }
}

/** Decodes with a plugin that asks for no publication, while something changes on both sides of the wall. */
async function tablesDecoded(context: Context, ref: string, login: ClientConfig): Promise<readonly string[]> {
  const slot = `${ref}_trial`;
  const client = clientOf(login);
  await client.connect();
  try {
    await client.query("SELECT pg_create_logical_replication_slot($1, 'test_decoding', true)", [slot]);
    await inPlace(context, linkNames(ref).dmz, (dmz) => dmz.query('UPDATE edge.pulse SET at = at'));
    const { rows } = await client.query<{ data: string }>(
      'SELECT data FROM pg_logical_slot_peek_changes($1, NULL, NULL)',
      [slot],
    );
    const tables = rows.flatMap(({ data }) => /^table ([^:]+):/.exec(data)?.[1] ?? []);
    return [...new Set(tables)];
  } finally {
    await client.end(); // a temporary slot goes with its session
  }
}

async function namesNoPerson(context: Context, ref: string): Promise<IsolationFact> {
  const { rows } = await inPlace(context, linkNames(ref).edge, (client) =>
    client.query<{ column: string }>(
      `SELECT format('%s.%s', table_name, column_name) AS column
       FROM information_schema.columns
       WHERE table_schema = 'edge' AND column_name ~ '(email|e_mail|phone|name|address|customer|buyer)'`,
    ),
  );
  const found = rows.map(({ column }) => column);
  return {
    rule: 'edge_names_no_person',
    side: 'edge',
    title: text('Nothing at the edge names a person', '边缘不含任何个人信息字段'),
    ok: found.length === 0,
    detail:
      found.length === 0
        ? text('No column for a name, an address, a phone or e-mail', '没有姓名、地址、电话或邮箱字段')
        : text(`Found ${found.join(', ')}`, `发现 ${found.join('、')}`),
  };
}

/** What came by replication is changed by replication alone, so the two sides never conflict. */
async function edgeIsReadOnly(context: Context, ref: string): Promise<IsolationFact> {
  const { api, bi } = edgeNamesOf(ref);
  const { rows } = await inPlace(context, linkNames(ref).edge, (client) =>
    client.query<{ writable: number; tables: number }>(
      `SELECT count(*) FILTER (WHERE has_table_privilege(role, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))::int AS writable,
              count(DISTINCT c.oid)::int AS tables
       FROM pg_class c, unnest($1::text[]) AS role
       WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('edge'::regnamespace, 'intake'::regnamespace)`,
      [[api, bi]],
    ),
  );
  const { writable = 1, tables = 0 } = rows[0] ?? {};
  return {
    rule: 'edge_read_only',
    side: 'edge',
    title: text('The edge’s roles change nothing that was published', '边缘角色无法更改已发布的数据'),
    ok: writable === 0 && tables > 0,
    detail: text(`${tables} tables, none writable`, `共 ${tables} 张表，均不可写`),
  };
}

function clientOf(login: ClientConfig): Client {
  const client = new Client({ ...login, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => {}); // what is under way rejects by itself
  return client;
}
