/**
 * The process of agents, on the private side. It is told over IPC what to carry, and ends with whoever told it; it holds the credentials of
 * the links it carries and nothing else.
 */
import { runPushAgent, type PushSpec } from './push-agent.ts';
import { runTunnelAgent, type TunnelSpec } from './tunnel-agent.ts';

export type AgentSpec = ({ readonly mode: 'push' } & PushSpec) | ({ readonly mode: 'tunnel' } & TunnelSpec);

const running = new Map<string, { readonly spec: string; close(): void }>();

const warn = (message: string): void => void process.stderr.write(`agents: ${message}\n`);

process.on('message', ({ specs }: { specs: readonly AgentSpec[] }) => {
  const wanted = new Map(specs.map((spec) => [spec.ref, spec]));
  for (const [ref, agent] of running) {
    if (JSON.stringify(wanted.get(ref)) === agent.spec) continue;
    agent.close();
    running.delete(ref);
  }
  for (const [ref, spec] of wanted) {
    if (running.has(ref)) continue;
    const agent = spec.mode === 'push' ? runPushAgent(spec, warn) : runTunnelAgent(spec);
    running.set(ref, { spec: JSON.stringify(spec), close: () => agent.close() });
  }
});
process.once('disconnect', () => process.exit(0));
