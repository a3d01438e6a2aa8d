import { readFile } from 'node:fs/promises';
import { printable } from '../terminal.ts';
import type { EndpointDetails } from '../wire/endpoint-details.ts';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { ahead, systemClock } from './clock.ts';
import { readDetails } from './details-url.ts';
import { toFault } from './faults/faults.ts';
import type { Print } from './live-output.ts';
import { NetBackupPrimary } from './primary.ts';
import type { PrimaryOptions } from './primary-options.ts';
import { type NbwssProperties, QUICK_PROPERTIES } from './properties.ts';
import { readPropertiesFile } from './properties-file.ts';
import { TargetBackend } from './rest/target.ts';
import { type Scenario, toScenario } from './scenario.ts';
import { demo } from './scenarios/demo.ts';
import { stateScenarios } from './scenarios/states.ts';

/** Options of `nbwss simulate`, as the command line gives them. */
export interface SimulateOptions {
  /** Files or URLs; `{n}` stands for the number of the domain. */
  readonly endpoint: readonly string[];
  readonly ca?: readonly string[];
  readonly properties?: string;
  readonly quick?: boolean;
  readonly assume?: readonly string[];
  readonly fault?: readonly string[];
  readonly scenario?: string;
  readonly rate?: number;
  readonly domains: number;
  readonly name: string;
  readonly seed?: number;
  readonly timeZone: string;
  /** The primary's time when it starts, in epoch milliseconds. */
  readonly startAt?: number;
  readonly apiVersion: string;
  readonly target?: string;
}

/** The built-in scenarios by name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [demo, ...stateScenarios].map((scenario) => [scenario.name, scenario]),
);

/** Creates the primaries of the options, one for each domain. Throws an Error with a message for the user. */
export async function createDomains(options: SimulateOptions, print: Print): Promise<NetBackupPrimary[]> {
  const trusted = await Promise.all((options.ca ?? []).map(readText));
  const faults = (options.fault ?? []).map((text) => () => toFault(text));
  const isShared = faults.some((make) => make().sharesToken);
  const common: Omit<PrimaryOptions, 'name' | 'seed' | 'endpoints' | 'faults'> = {
    trusted,
    properties: await readProperties(options, print),
    assumptions: { ...(options.quick && { pollMs: 1000 }), ...toAssumptions(options.assume ?? []) },
    quirks: { timeZone: checkTimeZone(options.timeZone) },
    apiVersion: options.apiVersion,
    ...(options.startAt !== undefined && { clock: ahead(systemClock, options.startAt - Date.now()) }),
    ...(options.target !== undefined && { backend: new TargetBackend(options.target, trusted) }),
  };
  const count = isShared ? Math.max(2, options.domains) : options.domains;
  if (count > 1 && !isShared && options.endpoint.some((source) => !source.includes('{n}'))) {
    throw new Error(
      'several domains need different details: use {n} for the number, or --fault shared-token',
    );
  }
  const domains: NetBackupPrimary[] = [];
  for (let number = 1; number <= count; number++) {
    domains.push(
      new NetBackupPrimary({
        ...common,
        name: count > 1 ? options.name.replace(/^[^.]+/, (label) => `${label}${number}`) : options.name,
        ...(options.seed !== undefined && { seed: options.seed + number - 1 }),
        endpoints: await readEndpoints(options.endpoint, isShared ? 1 : number, trusted),
        faults: faults.map((make) => make()),
      }),
    );
  }
  return domains;
}

/** A scenario by its name, or from a JSON file. Throws an Error that names the file. */
export async function readScenario(nameOrFile: string): Promise<Scenario> {
  const known = SCENARIOS.get(nameOrFile);
  if (known) return known;
  const text = await readText(nameOrFile);
  try {
    return toScenario(JSON.parse(text));
  } catch (error) {
    throw new Error(`${nameOrFile}: ${(error as Error).message}`);
  }
}

async function readEndpoints(
  sources: readonly string[],
  number: number,
  trusted: readonly string[],
): Promise<EndpointDetails[]> {
  const endpoints: EndpointDetails[] = [];
  for (const source of sources) {
    endpoints.push(await readDetails(source.replaceAll('{n}', String(number)), { trusted }));
  }
  return endpoints;
}

async function readProperties(options: SimulateOptions, print: Print): Promise<Partial<NbwssProperties>> {
  if (options.properties === undefined) return options.quick ? QUICK_PROPERTIES : {};
  const { properties, ignored } = await readPropertiesFile(options.properties);
  if (ignored.length > 0) print(printable(`${options.properties}: ignored ${ignored.join(', ')}`));
  return { ...properties, ...(options.quick && QUICK_PROPERTIES) };
}

/** Parses `name=value` pairs. Throws an Error with the valid values. */
function toAssumptions(pairs: readonly string[]): Partial<Assumptions> {
  const assumptions: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(pair) ?? [];
    const known = Object.hasOwn(VALUES, name) ? VALUES[name as keyof Assumptions] : undefined;
    if (!known)
      throw new Error(`unknown assumption "${name}"; expected one of ${Object.keys(VALUES).join(', ')}`);
    const isNumber = typeof DEFAULT_ASSUMPTIONS[name as keyof Assumptions] === 'number';
    const isValid = isNumber ? /^([1-9]\d*|Infinity)$/.test(value) : known.includes(value);
    if (!isValid) throw new Error(`${name} must be ${known.join(' or ')}, not "${value}"`);
    assumptions[name] = isNumber
      ? Number(value)
      : value === 'true' || value === 'false'
        ? value === 'true'
        : value;
  }
  return assumptions;
}

const NUMBER = ['a whole number above 0'];
const YES_NO = ['true', 'false'];

const VALUES: Readonly<Record<keyof Assumptions, readonly string[]>> = {
  resendId: ['same', 'new'],
  resendTimeStamp: ['same', 'new'],
  resendBatch: ['same', 'merged'],
  lateAcknowledgement: ['ignored', 'counts'],
  batchLimit: NUMBER,
  frameBytes: NUMBER,
  certificatePinned: YES_NO,
  tellsActive: YES_NO,
  pollMs: NUMBER,
  afterInvalid: ['retry', 'give-up'],
  connectTimeoutMs: NUMBER,
};

function checkTimeZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new Error(`unknown time zone "${timeZone}"; expected an IANA name such as Asia/Tokyo`);
  }
  return timeZone;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path}: ${code === 'ENOENT' ? 'the file does not exist' : `cannot read the file (${code})`}`,
    );
  }
}
