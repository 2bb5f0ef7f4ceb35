// cronitor: wraps a function, and sends one event with metrics.
import { createRequire } from 'node:module';

const require = createRequire(process.env.MODULES + '/');
const cronitor = require('cronitor')(process.env.KEY);
// The client has its host in its code; this is the one thing that is changed.
cronitor._api.pingUrl = (key) => `${process.env.BASE}/ping/${process.env.KEY}/${key}`;

const monitor = new cronitor.Monitor('ops--node-cronitor');
const well = cronitor.wrap('ops--node-cronitor', async () => 'well');
const badly = cronitor.wrap('ops--node-cronitor', async () => {
  throw new Error('it broke');
});
await well();
await badly().catch(() => {});
const answer = await monitor.ping({ state: 'complete', series: 'by hand', metrics: { count: 7 } });
console.log(JSON.stringify({ answered: answer }));
