/** The setting `digests`: daily mails on what is wrong and what failed. */
import { z } from 'zod';
import { flag, group, list, text } from './setting-types.ts';

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const address = text(ADDRESS, 'must be an e-mail address');
/** SES accepts 50 recipients of a message. */
const MAX_RECIPIENTS = 50;
/** The most digests. Each is a schedule, and a statement of the function's policy, which has 10 240 characters at most. */
const MAX_DIGESTS = 10;
const MAX_ADDRESSES = 5_000;
/** The languages of `lambdas/digest/texts`. */
const LANGUAGES = ['en', 'ja'] as const;

/** The label format that the HTTP API accepts for groups. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}=(?!\s)[^\p{Cc}]{1,256}(?<!\s)$/u;

const ZONE_NAME = /^(UTC|[A-Z][A-Za-z]*(\/[A-Z][A-Za-z0-9_+-]*)+)$/;
/** Intl accepts any letter case; AWS does not document whether Scheduler does. */
const isTimeZone = (name: string): boolean => {
  const known = Intl.supportedValuesOf('timeZone').find((one) => one.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known === name;
  try {
    return ZONE_NAME.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

const digest = group({
  /** The name is part of the subject, and of the key under which the digest's days are kept. */
  name: text(/^[A-Za-z0-9-]{1,40}$/, 'must be 1 to 40 letters, digits and hyphens'),
  /** Local time. A time that a change of the clocks skips is skipped. */
  at: text(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day such as 07:30'),
  timeZone: z
    .string('must be a time zone such as Europe/Berlin')
    .refine(isTimeZone, 'must be a time zone of the tz database such as Europe/Berlin'),
  /** `key=value`: only domains with all of these labels; all domains by default. */
  labels: z
    .preprocess(list, z.array(text(LABEL, 'must be a label such as customer=acme')).max(20))
    .default([]),
  language: z.enum(LANGUAGES, `must be one of ${LANGUAGES.join(', ')}`).default('en'),
  /** An address of an identity that is verified in SES, in the Region of the deployment. */
  from: address,
  to: z.preprocess(
    list,
    z
      .array(address)
      .min(1, 'must not be empty')
      .max(MAX_RECIPIENTS, `must have ${MAX_RECIPIENTS} addresses at most`),
  ),
  /** Sends a mail also on days on which nothing is wrong. */
  whenAllIsWell: flag().default(false),
});
export type DigestSetting = z.infer<typeof digest>;

export const digests = z
  .array(digest, 'must be a list of digests')
  .max(MAX_DIGESTS, `must have ${MAX_DIGESTS} digests at most`)
  .refine(
    (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
    'must have a different name for each digest',
  )
  .refine(
    (all) => all.flatMap(({ from, to }) => [from, from, from, ...to]).join().length <= MAX_ADDRESSES,
    `must have ${MAX_ADDRESSES} characters of addresses at most`,
  )
  .default([]);
