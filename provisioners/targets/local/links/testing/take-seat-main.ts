/** Test support: takes a seat in a process of its own, which can be killed while it does. Arguments: admin URL, data folder, ref. */
import { connectSupervisor } from '../../../../../server/registry/supervisor.ts';
import { connectShared } from '../../cluster.ts';
import { takeSeat } from '../take-seat.ts';

const [adminUrl = '', dataDir = '', ref = ''] = process.argv.slice(2);
const cluster = connectShared(adminUrl);
await takeSeat({ cluster, supervisor: connectSupervisor(dataDir) }, ref);
await cluster.close();
