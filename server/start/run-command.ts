// Other programs, run as a step of a command: their output is kept, and shown when they fail.
import { spawn } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface CommandResult {
  code: number;
  /** stdout and stderr as they came. */
  output: string;
  ms: number;
}

export interface CommandOptions {
  env?: Record<string, string>;
  /** Pass the output on as it comes, too. */
  stream?: boolean;
}

/** Run a program of node_modules, or any other by its path, in the root of the repository. Never rejects. */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = command;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: {
        ...process.env,
        FORCE_COLOR: '0',
        PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (options.stream) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const end = (code: number) => resolve({ code, output, ms: Math.round(performance.now() - startedAt) });
    child.once('error', (error) => {
      output += error.message;
      end(127);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
