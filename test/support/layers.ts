/** The import directions of the project's layout, checked on the text of its files. */
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

const TOPS = ['bin', 'client', 'gateway', 'lib', 'lambdas', 'local', 'netbackup', 'relay', 'test', 'bench'];
/** What a top folder may import of ours. */
const MAY_SEE: Readonly<Record<string, readonly string[]>> = {
  client: ['client'],
  lambdas: ['lambdas'],
  lib: ['lib'],
  gateway: ['gateway'],
  local: ['local', 'gateway'],
  relay: ['relay', 'gateway'],
  netbackup: ['netbackup'],
};
/** Inside `lambdas`: what stands later may import what stands before it, never the other way round. */
const TOWER = [
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
/** The exception: the canary plays NetBackup, with NetBackup's own encoder. */
const isCanaryWire = (file: string, target: string): boolean =>
  file.startsWith('lambdas/canary/') && target.startsWith('netbackup/wire/');

const isAws = (name: string): boolean => /^@(aws-sdk|smithy|aws-lambda-powertools)\//.test(name);

const foreign = (file: string, target: string): string | undefined => {
  const [top = ''] = file.split('/');
  const [targetTop = ''] = target.split('/');
  if (isCanaryWire(file, target)) return undefined;
  const allowed = MAY_SEE[top];
  if (allowed && TOPS.includes(targetTop) && !allowed.includes(targetTop))
    return `${top} may not see ${targetTop}`;
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

/** What is wrong with the imports of one file, if anything. */
export const violationsOf = (file: string, text: string): string[] =>
  importsOf(text).flatMap((one) => {
    const target = one.from.startsWith('.') ? posix.join(posix.dirname(file), one.from) : undefined;
    const found = [
      target === undefined ? undefined : foreign(file, target),
      misplacedAws(file, one),
      misplacedGateway(file, one),
    ];
    return found.flatMap((why) => (why === undefined ? [] : [`${file}: ${why}`]));
  });
