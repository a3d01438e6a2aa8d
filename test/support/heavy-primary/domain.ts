/** A group whose NetBackup is a heavy primary, and what happened to its connections. */
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import type { PrimaryOptions } from '../../../netbackup/simulator/primary-options.ts';
import type { Deployment } from '../deployment.ts';
import { type HeavyOptions, HeavyPrimary } from './primary.ts';

export interface HeavyDomain {
  readonly groupId: string;
  readonly heavy: HeavyPrimary;
  readonly primary: NetBackupPrimary;
  /** The URL before `/netbackup/…` in links of the proxy. */
  readonly base: string;
  /** Waits until the session is ready. */
  ready(): Promise<void>;
  /** How many connections were closed with 1009: a message was too large. */
  tooBig(): number;
  /** How many connections were closed in total. */
  ended(): number;
}

/** Smaller than the gateway's frames of 32 KB, as those of NBWSS. */
const FRAME_BYTES = 8 * 1024;

export const heavyDomain = async (
  deployment: Deployment,
  groupId: string,
  options: HeavyOptions = {},
  primaryOptions: PrimaryOptions = {},
): Promise<HeavyDomain> => {
  const details = await deployment.createGroup(groupId);
  const heavy = new HeavyPrimary(options);
  const primary = deployment.primary([details], {
    backend: heavy,
    assumptions: { frameBytes: FRAME_BYTES },
    ...primaryOptions,
  });
  const codes: number[] = [];
  primary.on('disconnected', ({ code, wasConnected }) => {
    if (wasConnected) codes.push(code);
  });
  const ready = async () => {
    if (!primary.isConnected()) await primary.when('connected');
    // The session becomes ready shortly after CONNECT RESPONSE was sent.
    await deployment.cloud.drained();
  };
  await ready();
  return {
    groupId,
    heavy,
    primary,
    ready,
    base: `${deployment.cloud.apiUrl}/v1/groups/${groupId}`,
    tooBig: () => codes.filter((code) => code === 1009).length,
    ended: () => codes.length,
  };
};
