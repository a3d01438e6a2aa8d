/** The domains of a company with many sites, always the same ones. */
export interface FleetDomain {
  readonly groupId: string;
  readonly description: string;
  readonly timeZone: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly clients: readonly FleetClient[];
  /** How many nights it has reported. */
  readonly nights: number;
  /** Why it is not connected now. */
  readonly isGone: boolean;
}

export interface FleetClient {
  readonly name: string;
  readonly policy: string;
  readonly policyType: string;
}

const SITES: readonly (readonly [name: string, city: string, timeZone: string])[] = [
  ['berlin', 'Berlin', 'Europe/Berlin'],
  ['tokyo', 'Tokyo', 'Asia/Tokyo'],
  ['chicago', 'Chicago', 'America/Chicago'],
  ['osaka', 'Osaka', 'Asia/Tokyo'],
  ['munich', 'Munich', 'Europe/Berlin'],
  ['dublin', 'Dublin', 'Europe/Dublin'],
  ['boston', 'Boston', 'America/New_York'],
  ['nagoya', 'Nagoya', 'Asia/Tokyo'],
  ['zurich', 'Zurich', 'Europe/Zurich'],
  ['sydney', 'Sydney', 'Australia/Sydney'],
];
const KINDS = ['', '-dr', '-lab', '-branch', '-edge'];
const CUSTOMERS = ['acme', 'globex', 'initech'];

const CLIENTS: readonly FleetClient[] = [
  { name: 'erp-db01', policy: 'oracle-daily', policyType: 'ORACLE' },
  { name: 'sql02', policy: 'mssql-daily', policyType: 'MS_SQL_SERVER' },
  { name: 'files01', policy: 'files-daily', policyType: 'MS_WINDOWS' },
  { name: 'mail01', policy: 'exchange-daily', policyType: 'MS_EXCHANGE_SERVER' },
  { name: 'vm-web-014', policy: 'vmware-gold', policyType: 'VMWARE' },
  { name: 'vm-app-203', policy: 'vmware-gold', policyType: 'VMWARE' },
];

/** Those that were unplugged, by their place in the list. */
const GONE = new Set([7, 23]);
/** Enough for a strip of days to show something. */
const LONG_NIGHTS = 30;

const domainAt = (index: number): FleetDomain => {
  const [name, city, timeZone] = SITES[index % SITES.length] ?? ['', '', ''];
  const kind = KINDS[Math.floor(index / SITES.length) % KINDS.length] ?? '';
  const groupId = `${name}${kind}`;
  return {
    groupId,
    description: `${city}${kind === '' ? ', data centre' : `, ${kind.slice(1)}`}`,
    timeZone,
    labels: {
      customer: CUSTOMERS[index % CUSTOMERS.length] ?? '',
      tier: kind === '' ? 'gold' : 'silver',
    },
    clients: CLIENTS.map((client) => ({ ...client, name: `${client.name}.${groupId}.example.com` })),
    nights: index < 4 ? LONG_NIGHTS : 2,
    isGone: GONE.has(index),
  };
};

/** @param count at most 50 */
export const fleetDomains = (count: number): readonly FleetDomain[] =>
  Array.from({ length: count }, (_, index) => domainAt(index));
