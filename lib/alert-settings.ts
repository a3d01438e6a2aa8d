/** The settings on who is informed: `alarmEmail`, and `alerts` (docs/alerts.md). */
import { z } from 'zod';
import { omitUndefined } from './omit-undefined.ts';
import { group, isDistinct, LABEL_KEY, text } from './setting-types.ts';

/** The kinds of problems, as in `lambdas/problems/kinds.ts`. */
export const ALERT_KINDS = [
  'backup-failed',
  'no-good-backup',
  'consecutive-failures',
  'job-stuck',
  'domain-disconnected',
  'domain-silent',
  'message-too-large',
  'token-expiring',
  'key-expiring',
  'certificate-changed',
  'quarantined',
  'credential-refused',
] as const;
export const ALERT_SEVERITIES = ['critical', 'warning'] as const;
/** The events of a problem that can be selected, and the detail-type of each. */
export const TRANSITIONS = {
  opened: 'Problem Opened',
  reminded: 'Problem Reminded',
  recovered: 'Problem Recovered',
} as const;
type Transition = keyof typeof TRANSITIONS;

/** The most alerts. Each has about five resources; a stack has 500 at most. */
const MAX_ALERTS = 20;
const MAX_ADDRESSES = 10;
/** EventBridge reserves these names for itself or for the transport. */
const HEADER =
  /^(?!(host|content-.*|connection|authorization|user-agent|range|te|trailer|upgrade)$)[a-z0-9-]{1,64}$/;

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined ? undefined : [value].flat()),
    z.array(item).min(1, 'must not be empty').optional(),
  );
const oneOf = <Values extends readonly string[]>(values: Values) =>
  z.enum(values as unknown as [Values[number]], `must be one of ${values.join(', ')}`);

const secret = text(
  /^([A-Za-z0-9/_+=.@-]{1,256}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512})$/,
  'must be the name or the ARN of a secret in AWS Secrets Manager',
);
/** A password would be in the template, and `fetch` refuses it. */
const url = text(
  /^https:\/\/(?![^/?#]*@)[^\s<>{}"*]{1,2000}$/,
  'must be a URL that starts with https://, without user and password',
);
/** The URLs that EventBridge accepts: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html */
const INVOCATION_ENDPOINT = /^(%[0-9A-Fa-f]{2}|[-()_.!~';/?:@&=+$,A-Za-z0-9])+$/;
/** The URL of a chat's webhook is a secret: whoever has it can write there. */
const chat = group({ urlSecret: secret }).optional();

const webhook = group({
  url: url.optional(),
  /** The secret whose text is the URL. */
  urlSecret: secret.optional(),
  /** The secret whose text is the value of `header`. */
  keySecret: secret.optional(),
  header: text(HEADER, 'must be the name of a header in lower case, such as x-api-key').default('x-api-key'),
  /** The secret whose text is a key in the format of Standard Webhooks: the function `webhook` signs with it, and sends. */
  signingSecret: secret.optional(),
})
  .refine(
    (given) => (given.url === undefined) !== (given.urlSecret === undefined),
    'must have url or urlSecret',
  )
  .refine(
    ({ keySecret, signingSecret }) => keySecret === undefined || signingSecret === undefined,
    'must have keySecret or signingSecret, not both',
  )
  .refine(
    ({ url: given, signingSecret }) =>
      given === undefined || signingSecret !== undefined || INVOCATION_ENDPOINT.test(given),
    'must have a url without characters that EventBridge refuses, such as # and é',
  )
  .optional();

const TARGETS = ['email', 'webhook', 'slack', 'teams'] as const;

const alert = group({
  name: text(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits and hyphens'),
  email: listOf(z.email('must be an e-mail address'))
    .refine(
      (addresses) => (addresses?.length ?? 0) <= MAX_ADDRESSES,
      `must have ${MAX_ADDRESSES} addresses at most`,
    )
    .refine((addresses) => isDistinct(addresses ?? []), 'must have each address once'),
  webhook,
  slack: chat,
  teams: chat,
  /** The events that are sent. */
  when: listOf(oneOf(Object.keys(TRANSITIONS) as Transition[])).transform(
    (when): Transition[] => when ?? ['opened', 'recovered'],
  ),
  kinds: listOf(oneOf(ALERT_KINDS)),
  severities: listOf(oneOf(ALERT_SEVERITIES)),
  /** The labels of the group: all of these keys, each with one of its values. */
  labels: z
    .record(
      text(LABEL_KEY, 'must have keys of labels'),
      listOf(
        z.string('must be a text').min(1, 'must not be empty').max(256, 'must have 256 characters at most'),
      ),
      'must be an object of texts',
    )
    .optional(),
  groups: listOf(z.string('must be a text').min(1, 'must not be empty')),
}).refine(
  (given) => TARGETS.filter((target) => given[target] !== undefined).length === 1,
  `must have exactly one of ${TARGETS.join(', ')}`,
);
export type Alert = z.infer<typeof alert>;

/** Characters: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN = 2_048;
/** The length of the pattern in the template, where one name is written `detail-type`. */
const patternLength = (given: Alert): number => JSON.stringify(patternOf(given)).length + 1;

/** The webhooks that the function `webhook` sends, by the name of their alert. */
export const signedWebhooks = (all: readonly Alert[]) =>
  Object.fromEntries(
    all.flatMap(({ name, webhook: { url, urlSecret, signingSecret } = {} }) =>
      signingSecret === undefined ? [] : [[name, { url, urlSecret, signingSecret }] as const],
    ),
  );
/** A variable of the function, whose environment has 4 KB; its policy names the secrets. */
const MAX_SIGNED = 3_000;

const alerts = z
  .array(alert, 'must be a list of alerts')
  .max(MAX_ALERTS, `must have ${MAX_ALERTS} alerts at most`)
  .refine((all) => isDistinct(all.map(({ name }) => name)), 'must have another name for each alert')
  .refine(
    (all) => Buffer.byteLength(JSON.stringify(signedWebhooks(all))) <= MAX_SIGNED,
    `must have ${MAX_SIGNED} characters at most of URLs and names of secrets with signingSecret`,
  )
  .check(({ value, issues }) => {
    const message = `must have kinds, labels and groups of ${MAX_PATTERN} characters at most as an event pattern`;
    for (const [at, one] of value.entries())
      if (patternLength(one) > MAX_PATTERN)
        issues.push({ code: 'custom', path: [at], message, input: one.name });
  })
  .default([]);

export const ALERT_SETTINGS = {
  /** The address that receives the alarms, after confirming the subscription. */
  alarmEmail: z.email('must be an e-mail address').optional(),
  /** Who is informed about problems of the domains. */
  alerts,
};

/** The event pattern of an alert (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html). */
export function patternOf({ when, kinds, severities, labels, groups }: Alert) {
  const detail = {
    ...omitUndefined({ kind: kinds, severity: severities }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...omitUndefined({ groupId: groups }),
  };
  return {
    source: ['nbwss'],
    detailType: when.map((transition) => TRANSITIONS[transition]),
    ...(Object.keys(detail).length > 0 && { detail }),
  };
}
