// Preloaded into a process that is to die (SIGKILL, by its own hand) at a statement: DIE_AT names it.
import { z } from 'zod';
import { armStatement } from './statement-fault.ts';

const Point = z.object({ text: z.string(), occurrence: z.number() });
armStatement(Point.parse(JSON.parse(process.env['DIE_AT'] ?? '')), () => process.kill(process.pid, 'SIGKILL'));
