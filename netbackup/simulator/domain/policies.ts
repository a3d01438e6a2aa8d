/** A backup policy of the simulated domain. */
export interface Policy {
  readonly name: string;
  /** In the vocabulary of NBWSS. */
  readonly policyType: string;
  /** Clients; for VMware the virtual machines. */
  readonly clients: readonly string[];
  /** When it runs: `night` is 20:00 to 06:00 primary's time, `day` the rest, `always` both. */
  readonly window: 'night' | 'day' | 'always';
  /** How often it runs compared with the others. */
  readonly weight: number;
  /** Full backups at the weekend, incremental ones on the other days; or always the same. */
  readonly schedules: { readonly weekend: string; readonly weekday: string };
  readonly retentionDays: number;
  /** Mean size of one backup in KB. */
  readonly kilobytes: number;
  /** What becomes of an image after the backup. */
  readonly afterwards: 'nothing' | 'duplicate' | 'replicate';
}

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);

const GB = 1024 * 1024;
const WEEKLY = { weekend: 'ST_FULL', weekday: 'ST_DIFF' };

/** The policies of the simulated domain. */
export const POLICIES: readonly Policy[] = [
  {
    name: 'vm-daily',
    policyType: 'VMWARE',
    clients: numbered('vm', 24),
    window: 'night',
    weight: 6,
    schedules: WEEKLY,
    retentionDays: 14,
    kilobytes: 40 * GB,
    afterwards: 'replicate',
  },
  {
    name: 'files-daily',
    policyType: 'STANDARD',
    clients: numbered('linux', 12).map((name) => `${name}.example.com`),
    window: 'night',
    weight: 5,
    schedules: WEEKLY,
    retentionDays: 30,
    kilobytes: 12 * GB,
    afterwards: 'duplicate',
  },
  {
    name: 'windows-daily',
    policyType: 'MS_WINDOWS',
    clients: numbered('win', 10).map((name) => `${name}.example.com`),
    window: 'night',
    weight: 5,
    schedules: WEEKLY,
    retentionDays: 30,
    kilobytes: 15 * GB,
    afterwards: 'nothing',
  },
  {
    name: 'oracle-full',
    policyType: 'OBACKUP',
    clients: numbered('ora', 4).map((name) => `${name}.example.com`),
    window: 'night',
    weight: 2,
    schedules: { weekend: 'ST_FULL', weekday: 'ST_CINC' },
    retentionDays: 30,
    kilobytes: 200 * GB,
    afterwards: 'duplicate',
  },
  {
    name: 'oracle-logs',
    policyType: 'OBACKUP',
    clients: numbered('ora', 4).map((name) => `${name}.example.com`),
    window: 'always',
    weight: 3,
    schedules: { weekend: 'ST_USER', weekday: 'ST_USER' },
    retentionDays: 14,
    kilobytes: 2 * GB,
    afterwards: 'nothing',
  },
  {
    name: 'nbu-catalog',
    policyType: 'NBU_CATALOG',
    clients: ['localhost'],
    window: 'day',
    weight: 1,
    schedules: { weekend: 'ST_FULL', weekday: 'ST_DIFF' },
    retentionDays: 14,
    kilobytes: 3 * GB,
    afterwards: 'nothing',
  },
];

/** Exit status of a job that fails, by how often it is seen. */
export const FAILURES: readonly (readonly [status: number, weight: number])[] = [
  [58, 20],
  [54, 12],
  [13, 12],
  [2, 6],
  [6, 8],
  [84, 4],
  [71, 4],
  [96, 5],
  [129, 5],
  [156, 10],
  [191, 2],
  [196, 6],
  [213, 3],
  [2074, 2],
  [2106, 1],
];

/** Failures that NetBackup tries again: what lies in network or client passes. */
export const RETRIED: ReadonlySet<number> = new Set([13, 54, 58]);
