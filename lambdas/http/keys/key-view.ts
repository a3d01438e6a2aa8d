import { z } from '@hono/zod-openapi';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { groupIdSchema } from '../app.ts';
import { type ApiKey, SCOPES } from '../keys-store.ts';

const keyIdSchema = z.string().regex(/^[0-9a-z]{16}$/, 'must be the id of an API key');
export const keyParams = z.object({ keyId: keyIdSchema });

const DAY_S = 86_400;
/** Longer than a quarter only when asked for. */
const DEFAULT_DAYS = 90;
const MAX_DAYS = 3_650;
/** Longer lists would make each request dearer: it reads its key. */
const MAX_GROUPS = 200;
const MAX_RANGES = 50;

const scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).openapi({
  description:
    '`read` queries. `command` also calls NetBackup with the credential of the caller, `inject` with the NetBackup API key of the group. `admin` does everything, also for keys.',
});
const groups = z
  .array(z.union([z.literal('*'), groupIdSchema]))
  .min(1)
  .max(MAX_GROUPS)
  .openapi({ description: 'The groups that it may see; `*` for all.', example: ['berlin'] });
const addresses = z
  .array(z.union([z.cidrv4(), z.cidrv6()], 'must be an IPv4 or IPv6 range such as 10.0.0.0/8'))
  .min(1)
  .max(MAX_RANGES)
  .openapi({ description: 'The addresses from which it may be used; any without them.' });
const description = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => text.isWellFormed(), 'must be Unicode text')
  .openapi({ description: 'What or whom it is for.' });

export const keyRequestSchema = z
  .strictObject({
    scopes,
    groups: groups.default(['*']),
    addresses: addresses.optional(),
    description: description.optional(),
    validDays: z
      .int()
      .min(1)
      .max(MAX_DAYS)
      .default(DEFAULT_DAYS)
      .openapi({ description: 'Days until it expires.' }),
  })
  .openapi('KeyRequest');

export const keySchema = z
  .object({
    keyId: z.string(),
    scopes,
    groups,
    addresses: addresses.optional(),
    description: description.optional(),
    createdAt: z.iso.datetime(),
    createdBy: z
      .string()
      .optional()
      .openapi({ description: 'The id of the key that created it; missing if AWS credentials did.' }),
    expiresAt: z.iso.datetime().optional().openapi({ description: 'Missing: it does not expire.' }),
    lastUsedAt: z.iso
      .datetime()
      .optional()
      .openapi({ description: 'To the hour. Missing: it was not used yet.' }),
  })
  .openapi('Key');

export const createdKeySchema = keySchema
  .extend({ apiKey: z.string().openapi({ description: 'The key itself. It is shown only now.' }) })
  .openapi('CreatedKey');

/** Epoch seconds. @param now epoch ms */
export const expiryOf = (now: number, validDays: number): number =>
  Math.floor(now / 1000) + validDays * DAY_S;

export const keyView = (key: ApiKey): z.infer<typeof keySchema> => {
  const { keyId, scopes, groups, addresses, description, createdAt, createdBy, expiresAt, lastUsedAt } = key;
  return {
    keyId,
    scopes: [...scopes],
    groups: [...groups],
    createdAt: isoTime(createdAt),
    ...omitUndefined({
      addresses: addresses && [...addresses],
      description,
      createdBy,
      expiresAt: expiresAt === undefined ? undefined : isoTime(expiresAt * 1000),
      lastUsedAt: lastUsedAt === undefined ? undefined : isoTime(lastUsedAt),
    }),
  };
};
