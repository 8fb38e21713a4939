/** A workload for tests: tries what it must not, says so in its folder, then takes as much memory as it is told. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSurroundings, tellReady } from '../../../../kit/workload.ts';

const { folder, settings } = readSurroundings(process.env);

const outcomeOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return String((error as { readonly code?: string }).code);
  }
};

const outcomes = {
  environment: Object.keys(process.env).toSorted(),
  ownFile: outcomeOf(() => writeFileSync(path.join(folder, 'own'), 'mine')),
  otherFile: outcomeOf(() => readFileSync(path.join(folder, '..', '..', '..', 'secret'))),
  systemFile: outcomeOf(() => readFileSync('/etc/passwd')),
  elsewhere: outcomeOf(() => writeFileSync(path.join(folder, '..', 'log'), 'x')),
  program: outcomeOf(() => execFileSync('true')),
};
writeFileSync(path.join(folder, 'outcomes.json'), JSON.stringify(outcomes));
tellReady();
process.stdout.write(`${'noise '.repeat(20_000)}\n`);
const taken = Buffer.alloc((settings['takeMib'] ?? 0) * 2 ** 20, 1);
setInterval(() => taken.at(0), 1_000);
