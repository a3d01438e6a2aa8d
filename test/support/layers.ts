/** The project's layout, checked on the text of its files: import directions, and which files open tables. */
import { posix } from 'node:path';

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** Every import of a file, static, bare, re-exported or dynamic. */
export const importsOf = (text: string): Import[] => {
  const code = withoutComments(text);
  const named = [...code.matchAll(/^(?:import|export)\s+(type\s)?[^'";]*?from\s*['"]([^'"]+)['"]/gm)];
  const others = [...code.matchAll(/^import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/gm)];
  return [
    ...named.map(([, type, from]) => ({ from: from ?? '', typeOnly: type !== undefined })),
    ...others.map(([, bare, dynamic]) => ({ from: bare ?? dynamic ?? '', typeOnly: false })),
  ];
};

const TOPS = [
  'bin',
  'client',
  'console',
  'gateway',
  'lib',
  'lambdas',
  'local',
  'netbackup',
  'relay',
  'test',
  'bench',
];
/** What a top folder may import of others. `test` and `bench` may import everything. */
export const MAY_SEE: Readonly<Record<string, readonly string[]>> = {
  lambdas: [],
  lib: [],
  gateway: [],
  relay: ['gateway'],
  local: ['gateway'],
  netbackup: [],
  client: [],
  console: ['client'],
  bin: ['lambdas', 'lib', 'gateway', 'local', 'netbackup', 'client'],
};
/** What else a file, or the files of a folder, may import. */
export const EXCEPTIONS: readonly (readonly [from: string, target: string])[] = [
  // The canary plays NetBackup, with NetBackup's own encoder.
  ['lambdas/canary/', 'netbackup/wire/'],
  // The page of the console is bundled when the app is synthesized, as the functions are, but by a build of its own.
  ['lib/constructs/console-files.ts', 'console/build.ts'],
  // Pure rules, so that the page says the same as the API.
  ['console/src/', 'lambdas/connections/rejection-reasons.ts'],
  ['console/src/', 'lambdas/groups/close-reasons.ts'],
  ['console/src/', 'lambdas/http/rights.ts'],
  ['console/src/', 'lambdas/platform/json-text.ts'],
  // Needs nothing of a server.
  ['console/src/', 'lambdas/platform/collections.ts'],
];
/** Inside `lambdas`: what stands later may import what stands before it, never the other way round. */
export const TOWER = [
  'protocol',
  'platform',
  'problems',
  'groups',
  'endpoints',
  'connections',
  'notifications',
  'reports',
  'commands',
  'digest',
  'webhooks',
  'http',
  'proxy',
  'canary',
  'console',
  'functions',
];
/** The stores of each table. Two stores of one table have each their own kind of items in it. */
export const STORES: Readonly<Record<string, readonly string[]>> = {
  Groups: ['groups/groups-store.ts'],
  Endpoints: ['endpoints/endpoints-store.ts', 'endpoints/certificate/certificate-store.ts'],
  Connections: ['connections/connections-store.ts'],
  Commands: ['commands/commands-store.ts'],
  AnswerSizes: ['commands/sizes/response-sizes-store.ts'],
  WaitingPlaces: ['commands/waiting/waiting-slots-store.ts'],
  Journal: ['notifications/journal-store.ts'],
  Jobs: ['reports/views/views-store.ts'],
  Images: ['reports/views/views-store.ts'],
  Backups: ['reports/backups/backups-store.ts'],
  Overviews: ['reports/summary/overviews-store.ts', 'digest/digests-store.ts'],
  Quarantine: ['notifications/quarantine-store.ts'],
  Problems: ['problems/problems-store.ts', 'problems/mute-rules-store.ts'],
  Keys: ['http/keys-store.ts', 'http/sessions/sessions-store.ts'],
  Audit: ['http/audit/audit-store.ts'],
};
/** The exception deletes the items of a group from any table. */
const MAY_OPEN_TABLES = new Set(
  [...Object.values(STORES).flat(), 'groups/group-tables.ts'].map((name) => `lambdas/${name}`),
);

const isAws = (name: string): boolean => /^@(aws-sdk|smithy|aws-lambda-powertools)\//.test(name);

const foreign = (file: string, target: string): string | undefined => {
  const [top = ''] = file.split('/');
  const [targetTop = ''] = target.split('/');
  if (EXCEPTIONS.some(([from, to]) => file.startsWith(from) && target.startsWith(to))) return undefined;
  const allowed = MAY_SEE[top];
  if (allowed && TOPS.includes(targetTop) && targetTop !== top && !allowed.includes(targetTop))
    return `${top} may not see ${target}`;
  if (top !== 'lambdas' || targetTop !== 'lambdas') return undefined;
  const [, part = ''] = file.split('/');
  const [, targetPart = ''] = target.split('/');
  const [level, targetLevel] = [TOWER.indexOf(part), TOWER.indexOf(targetPart)];
  if (level < 0 || targetLevel < 0) return `${part} or ${targetPart} has no place in the layout`;
  return targetLevel > level ? `${part} may not see ${targetPart}` : undefined;
};

const misplacedAws = (file: string, { from }: Import): string | undefined =>
  isAws(from) && file.startsWith('lambdas/') && !file.startsWith('lambdas/platform/')
    ? `${from} belongs in platform`
    : undefined;

/** Only platform/gateway knows that the gateway is API Gateway. */
const misplacedGateway = (file: string, { from }: Import): string | undefined =>
  from.includes('apigateway') && file.startsWith('lambdas/') && !file.startsWith('lambdas/platform/gateway/')
    ? `${from} belongs in platform/gateway`
    : undefined;

/** Whether a file opens a table of DynamoDB. The infrastructure declares tables with a class of the same name. */
export const opensTable = (file: string, text: string): boolean =>
  !file.startsWith('lib/') && /\bnew Table\b/.test(withoutComments(text));

/** A table is used only through its stores, which alone know what its items and conditions mean. */
const misplacedTable = (file: string, text: string): string | undefined =>
  opensTable(file, text) && !MAY_OPEN_TABLES.has(file) ? 'only a store in STORES opens a table' : undefined;

/** What is wrong with one file, if anything. */
export const violationsOf = (file: string, text: string): string[] => {
  const found = importsOf(text).flatMap((one) => {
    const target = one.from.startsWith('.') ? posix.join(posix.dirname(file), one.from) : undefined;
    return [
      target === undefined ? undefined : foreign(file, target),
      misplacedAws(file, one),
      misplacedGateway(file, one),
    ];
  });
  return [...found, misplacedTable(file, text)].flatMap((why) =>
    why === undefined ? [] : [`${file}: ${why}`],
  );
};
