// What the person at the terminal reads while an installation starts.

const startedAt = performance.now();

/** One line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A step that is done, with the time since the start. */
export function done(step: string, detail = ''): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`  ${step.padEnd(28)} ${detail.padEnd(24)} ${seconds.padStart(6)} s`);
}

export interface Welcome {
  portalUrl: string;
  gatewayUrl: string;
  dataDir: string;
  people: readonly { role: string; email: string; password: string }[];
  madeNow: boolean;
  order: string | null;
}

/** Address, how to sign in and, the first time, with what. */
export function printWelcome(welcome: Welcome): void {
  say('');
  say(`Portal        ${welcome.portalUrl}`);
  say(`Tenants' APIs ${welcome.gatewayUrl}`);
  const file = `${welcome.dataDir}/credentials.json`;
  if (welcome.madeNow) {
    say(`Sign in as one of these; the passwords are shown this once and kept in ${file}`);
    const width = Math.max(...welcome.people.map((person) => person.email.length));
    for (const { role, email, password } of welcome.people)
      say(`  ${role.padEnd(18)} ${email.padEnd(width)}  ${password}`);
  } else if (welcome.people.length > 0) {
    say(`Sign in with the passwords in ${file}`);
  }
  if (welcome.order) say(welcome.order);
  say('Ctrl-C stops everything.');
}
