// stdout is for results, so that another program can read them; what happens on the way goes to stderr.

export function result(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
