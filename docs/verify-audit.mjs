// Checks an audit export with nothing but Node (18 or newer). See verify-audit.md.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, flag, noted] = process.argv.slice(2);
if (!file || (flag && (flag !== '--key' || !noted))) {
  console.error('usage: node verify-audit.mjs EXPORT.jsonl [--key PUBLIC_KEY_SPKI_BASE64]');
  process.exit(2);
}

const problems = [];
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const header = lines.find((line) => line.kind === 'header') ?? {};
const entries = lines.filter((line) => line.kind === 'entry');
const checkpoints = lines.filter((line) => line.kind === 'checkpoint');

if (noted && header.publicKey !== noted) problems.push('the export brings another public key than the one you noted');
const key =
  (noted ?? header.publicKey) &&
  createPublicKey({ key: Buffer.from(noted ?? header.publicKey, 'base64'), format: 'der', type: 'spki' });

const hashOf = ({ prevHash, chainSeq, canonical }) =>
  createHash('sha256').update(`${prevHash}\n${chainSeq}\n${canonical}`).digest('hex');
const known = new Map([['0', '0'.repeat(64)]]);
for (const entry of entries) {
  if (hashOf(entry) !== entry.hash) problems.push(`entry ${entry.chainSeq}: its text does not give its hash`);
  const before = known.get(String(BigInt(entry.chainSeq) - 1n));
  if (before !== undefined && before !== entry.prevHash)
    problems.push(`entry ${entry.chainSeq}: does not follow the entry before it`);
  known.set(entry.chainSeq, entry.hash);
}
for (const { statement, signature } of checkpoints) {
  const { chainSeq, hash } = JSON.parse(statement);
  if (key && !verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64')))
    problems.push(`checkpoint ${chainSeq}: the signature is not of this key`);
  if (known.has(chainSeq) && known.get(chainSeq) !== hash)
    problems.push(`checkpoint ${chainSeq}: signs another hash than the export's entry has`);
}

console.log(
  `${entries.length} entries, ${checkpoints.length} checkpoints${key ? '' : ', no key: signatures were not checked'}`,
);
for (const problem of problems) console.log(`BROKEN  ${problem}`);
console.log(problems.length === 0 ? 'The export holds.' : `${problems.length} problems.`);
process.exit(problems.length === 0 ? 0 : 1);
