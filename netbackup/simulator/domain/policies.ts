/** A backup policy of the simulated domain. */
export interface Policy {
  readonly name: string;
  /** As NBWSS spells it. */
  readonly policyType: string;
  /** Clients; for VMware the virtual machines. */
  readonly clients: readonly string[];
  /** Mean size of a full backup in KB. */
  readonly kilobytes: number;
  /** Whether its images have a copy in another domain, which outlives the local one. */
  readonly isReplicated: boolean;
}

const numbered = (prefix: string, count: number, domain = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}${domain}`);

const GB = 1024 * 1024;

export const POLICIES: readonly Policy[] = [
  {
    name: 'vm-daily',
    policyType: 'VMWARE',
    clients: numbered('vm', 24),
    kilobytes: 40 * GB,
    isReplicated: true,
  },
  {
    name: 'files-daily',
    policyType: 'STANDARD',
    clients: numbered('linux', 12, '.example.com'),
    kilobytes: 12 * GB,
    isReplicated: false,
  },
  {
    name: 'oracle-daily',
    policyType: 'OBACKUP',
    clients: numbered('ora', 4, '.example.com'),
    kilobytes: 200 * GB,
    isReplicated: false,
  },
];

/** Exit statuses of failed jobs. */
export const FAILURES: readonly number[] = [2, 6, 13, 54, 58, 84, 96, 129, 156, 191, 196, 213, 2074];
