/**
 * The alarms: the table in the folder `alarms` is the only place to edit. The monitoring stack makes the alarms, the dashboard and
 * the composite alarm from it; `docs/runbook.md` has the section that each of them names.
 */
import type { AlarmFact } from './alarm-fact.ts';
import { grouped } from './alarms/alarm-row.ts';
import { canary } from './alarms/canary.ts';
import { digests } from './alarms/digests.ts';
import { netbackup } from './alarms/netbackup.ts';
import { operation } from './alarms/operation.ts';
import { relay } from './alarms/relay.ts';
import { alerts, reports } from './alarms/reports.ts';
import { functions, ofFunction, tables } from './alarms/resources.ts';
import type { Config } from './config.ts';
import { relayOf } from './relay-settings.ts';

const ofRelay = (config: Config) => {
  const settings = relayOf(config);
  return settings ? relay(settings) : [];
};

/** All alarms of a deployment. */
export const alarmsOf = (config: Config): readonly AlarmFact[] => [
  ...grouped('NetBackup', netbackup(config)),
  ...grouped('NetBackup', ofRelay(config)),
  ...grouped('Jobs, images and events', [...reports, ...(config.alerts.length > 0 ? alerts : [])]),
  ...grouped('Sweep and HTTP API', operation),
  ...tables,
  ...functions,
  ...(config.console ? ofFunction('console') : []),
  ...grouped('Canary', config.canaryMinutes === undefined ? [] : canary(config.canaryMinutes)),
  ...grouped('Digests', config.digests.length === 0 ? [] : digests),
];
