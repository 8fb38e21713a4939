/** Test support: a process that keeps the process of links, as the worker does; it can be killed. */
import { readSettings } from '../../environment.ts';
import { linksRuntime } from '../runtime.ts';

const links = linksRuntime(readSettings(process.env));
links.ensure();
const awake = setInterval(() => {}, 60_000);
process.once('SIGTERM', () => {
  clearInterval(awake);
  void links.close();
});
