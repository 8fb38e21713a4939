// @prisma/adapter-pg as the schema engine needs it. Three gaps of the stock adapter are closed here:
// catalog columns of type "char" are unknown to it, a script is cut at every semicolon (function bodies included),
// and the shadow database is dropped while its own pool still holds it open.
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { Client } from 'pg';
import { connectionFields, createDatabase, dropDatabase, schemaOf } from './databases.mjs';

const CHAR_OID = 18;
const CHAR_ARRAY_OID = 1002; // no catalog query of the engine returns one, so it can stand for "char" on the way

class CatalogClient extends Client {
  query(...args) {
    const done = args.at(-1);
    if (typeof done === 'function') {
      // a pool asks this way
      return super.query(...args.slice(0, -1), (error, result) => done(error, result && relabelChars(result)));
    }
    const answer = super.query(...args);
    return typeof answer?.then === 'function' ? answer.then(relabelChars) : answer;
  }
}

/** Values are parsed by then, so only the label changes. */
function relabelChars(result) {
  for (const field of result.fields ?? []) if (field.dataTypeID === CHAR_OID) field.dataTypeID = CHAR_ARRAY_OID;
  return result;
}

export class MigrationAdapterFactory extends PrismaPg {
  #url;
  #shadows = new Set();

  /** @param {string} url the database to migrate */
  constructor(url) {
    super({ ...connectionFields(url), Client: CatalogClient }, { schema: schemaOf(url) });
    this.#url = url;
  }

  async connect() {
    return closeGaps(await super.connect());
  }

  async connectToShadowDb() {
    const name = await createDatabase(this.#url, `prisma_migrate_shadow_db_${randomUUID()}`);
    this.#shadows.add(name);
    const fields = { ...connectionFields(this.#url), database: name, Client: CatalogClient };
    const connection = closeGaps(await new PrismaPg(fields, { schema: schemaOf(this.#url) }).connect());
    const dispose = connection.dispose.bind(connection);
    connection.dispose = async () => {
      await dispose();
      await this.#dropShadow(name);
    };
    return connection;
  }

  /** Drop the shadow databases that an interrupted command left open. */
  async dropShadows() {
    await Promise.allSettled([...this.#shadows].map((name) => this.#dropShadow(name)));
  }

  async #dropShadow(name) {
    if (this.#shadows.delete(name)) await dropDatabase(this.#url, name);
  }
}

function closeGaps(connection) {
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (query) => {
    const rows = await queryRaw(query);
    rows.columnTypes = rows.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    );
    return rows;
  };
  connection.executeScript = async (script) => {
    await connection
      .underlyingDriver()
      .query(script)
      .catch((error) => connection.onError(error));
  };
  return connection;
}
