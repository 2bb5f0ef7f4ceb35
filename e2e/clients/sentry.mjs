// @sentry/node: withMonitor, which sends starts and ends as fast as it can.
import { createRequire } from 'node:module';

const require = createRequire(process.env.MODULES + '/');
const Sentry = require('@sentry/node');

Sentry.init({ dsn: process.env.DSN, environment: 'staging' });
const schedule = { type: 'crontab', value: '0 2 * * *' };
Sentry.withMonitor('ops--node-sentry', () => 'well', { schedule, checkinMargin: 5, maxRuntime: 30 });
try {
  Sentry.withMonitor('ops--node-sentry', () => {
    throw new Error('it broke');
  });
} catch {
  // It is to break.
}
console.log(JSON.stringify({ flushed: await Sentry.flush(20_000) }));
