/** The building blocks of scenarios. All times are seconds after the start of the scenario. */
import { DEFAULT_NAME } from '../primary-options.ts';
import type { ScenarioStep } from '../scenario.ts';

/** The start of every built-in scenario; all times are UTC and move to the current time when it is played. */
export const T0 = 1_700_000_000;

export const DAY = 86_400;
export const PRIMARY = DEFAULT_NAME;

export type Item = Record<string, unknown>;

/** A JOB (NOT-2) of a VMware backup; `over` replaces fields. */
export const job = (
  jobId: number,
  parentJobId: number,
  clientName: string,
  startTime: number,
  state: string,
  over: Item = {},
): Item => ({
  scheduleType: 'ST_FULL',
  clientName,
  status: 0,
  startTime: T0 + startTime,
  state,
  policyName: 'vm-daily',
  parentJobId,
  jobId,
  policyType: 'VMWARE',
  jobType: 'BACKUP',
  ...over,
});

/** An IMAGE (NOT-2); `createdTime` is the time of the operation. */
export const image = (
  client: readonly [name: string, type: string],
  backupTime: number,
  createdTime: number,
  operationId: string,
): Item => ({
  clientType: client[1],
  clientName: client[0],
  backupTime: T0 + backupTime,
  createdTime: T0 + createdTime,
  operationId,
  backupId: `${client[0]}_${T0 + backupTime}`,
});

export const ofKind = (object: string, ...data: Item[]): NonNullable<ScenarioStep['payload']>[number] => ({
  notificationType: 'INFO',
  object,
  data,
});
