// The way to the Pulumi CLI, for a worker whose engine it is.

const NAMES = ['PULUMI_CLI', 'PULUMI_HOME', 'PULUMI_PASS_ENV'];

/** Where the CLI is, and the variables that PULUMI_PASS_ENV lists for its provider plugins. Nothing for another engine. */
export function cliEnv(
  engine: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (engine !== 'pulumi') return {};
  const asked = (env.PULUMI_PASS_ENV ?? '').split(',').map((name) => name.trim());
  return Object.fromEntries(
    [...NAMES, ...asked].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  );
}
