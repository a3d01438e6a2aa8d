/** Which calls the group's NetBackup API key is used for, and which need no credential. Pure. */
import { managesCredentials } from './credential-paths.ts';
import { pathReadings } from './uri.ts';

/** The word that means {@link DEFAULT_RULES} in a configuration. */
const DEFAULT = 'default';

/**
 * `METHOD /path`, or `/path` for every method: paths below /netbackup that begin with these segments. `*` is any one segment; GET
 * allows HEAD too.
 */
const DEFAULT_RULES = [
  'GET /admin/jobs',
  'GET /asset-service',
  'GET /catalog',
  'GET /config',
  'GET /malware',
  'GET /manage',
  'GET /recovery',
  'GET /storage',
  'POST /admin/jobs/*/cancel',
  'POST /admin/jobs/*/restart',
  'POST /admin/jobs/*/resume',
  'POST /admin/jobs/*/suspend',
  'POST /admin/manual-backup',
  'POST /catalog/images/update-expiration-date',
  'POST /recovery',
];

/** NetBackup returns these without a credential: its time, its version, the public key of its tokens. */
const WITHOUT_CREDENTIAL = ['/netbackup/ping', '/netbackup/appdetails', '/netbackup/tokenkey'];

export type InjectRules = readonly { readonly method: string | undefined; readonly path: RegExp }[];

const ruleOf = (text: string): InjectRules[number] => {
  const [, method, path = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(text) ?? [];
  const segments = path.toLowerCase().split('/').filter(Boolean);
  const pattern = segments.map((segment) =>
    segment === '*' ? '[^/]+' : segment.replace(/[^a-z0-9-]/g, '\\$&'),
  );
  return { method, path: new RegExp(`^/${['netbackup', ...pattern].join('/')}(/|$)`) };
};

/** @param configured `injectPaths` of the configuration, joined by commas */
export const injectRules = (configured: string): InjectRules =>
  configured
    .split(',')
    .filter((text) => text !== '')
    .flatMap((text) => (text === DEFAULT ? DEFAULT_RULES : [text]))
    .map(ruleOf);

/** Whether the group's key may be used: every possible reading of the path must be allowed, and none may manage credentials. */
export const mayInject = (rules: InjectRules, method: string, uri: string): boolean => {
  const own = rules.filter(
    (rule) => rule.method === undefined || rule.method === method.replace('HEAD', 'GET'),
  );
  const isAllowed = (path: string) => own.some((rule) => rule.path.test(path));
  return !managesCredentials(uri) && pathReadings(uri).every(isAllowed);
};

/** Whether a call needs no credential: GET or HEAD of exactly these paths. */
export const needsNoCredential = (method: string, uri: string): boolean =>
  (method === 'GET' || method === 'HEAD') && WITHOUT_CREDENTIAL.includes(uri.split('?', 1)[0] ?? '');
